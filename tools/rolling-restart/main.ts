import { StoreError } from '@contract-reviewer/platform/embedded/store-error';
import { startFaultySystem } from '../faults/system/faulty-system.ts';
import { UsageError } from '../stack/settings.ts';
import { shutdownSignal } from '../stack/shutdown-signal.ts';
import { StartError } from '../stack/start-error.ts';
import { failureCountOf, textOf } from './report.ts';
import { measureRollingRestart } from './rolling-restart.ts';
import { readSettings, type Settings, usage } from './settings.ts';

/** @returns the exit code */
async function runAndReport(settings: Settings, signal: AbortSignal): Promise<number> {
  await using system = await startFaultySystem({ preload: [], settings: { DRAIN_DELAY_SECONDS: '1' } });
  signal.throwIfAborted();
  const result = await measureRollingRestart(system, settings, signal);
  console.log(settings.json ? JSON.stringify(result, null, 2) : textOf(result));
  return failureCountOf(result.failures) > 0 ? 1 : 0;
}

/** @returns 0 when no request failed, 1 when some did or nothing could be started, 2 on wrong usage */
async function main(): Promise<number> {
  const signal = shutdownSignal({ watchParent: process.env.npm_lifecycle_event !== undefined });
  try {
    const settings = readSettings(process.argv.slice(2));
    if (settings !== 'help') return await runAndReport(settings, signal);
    console.log(usage);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return 1;
    if (!(error instanceof StartError || error instanceof StoreError)) throw error;
    console.error(error.message);
    return 1;
  }
}

process.exitCode = await main();
