import { once } from 'node:events';
import { ConfigError } from '@contract-reviewer/platform/config';
import { StoreError } from '@contract-reviewer/platform/embedded/store-error';
import { checkRuleset } from './ruleset.ts';
import { reviewSampleOnce } from './sample-review.ts';
import { readSettings, type StackSettings, UsageError, usage } from './settings.ts';
import { shutdownSignal } from './shutdown-signal.ts';
import { startStack } from './stack.ts';
import { StartError } from './start-error.ts';
import { welcome } from './welcome.ts';

async function runUntilShutdown(settings: StackSettings, signal: AbortSignal): Promise<void> {
  const report = (line: string) => console.log(line);
  await checkRuleset(settings, signal);
  await using stack = await startStack(settings, { report, signal, searchPath: process.env.PATH ?? '' });
  if (settings.reviewSample) await reviewSampleOnce(stack, report, signal);
  console.log(welcome(stack, settings));
  if (!signal.aborted) await once(signal, 'abort');
  report('Stopping');
}

/** @returns the exit code: 0 after a stop that was asked for, 1 when the system cannot start, 2 on wrong usage. */
async function main(): Promise<number> {
  // npm dies of SIGKILL without a word to us, and nobody would be left to stop the system.
  const signal = shutdownSignal({ watchParent: process.env.npm_lifecycle_event !== undefined });
  // A terminal that is gone must not keep us from stopping.
  process.stdout.on('error', () => undefined);
  try {
    const settings = readSettings(process.argv.slice(2), process.env);
    if (settings === 'help') console.log(usage);
    else await runUntilShutdown(settings, signal);
    return 0;
  } catch (error) {
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return 0;
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (![StartError, StoreError, ConfigError].some((expected) => error instanceof expected)) throw error;
    console.error((error as Error).message);
    return 1;
  }
}

process.exitCode = await main();
