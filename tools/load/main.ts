import cliProgress from 'cli-progress';
import { credentialsFrom, UsageError } from '../gateway/gateway-access.ts';
import { GatewaySession, ProblemError, UnreachableError } from '../gateway/gateway-session.ts';
import { shutdownSignal } from '../stack/shutdown-signal.ts';
import { fill } from './load.ts';
import { type LoadSettings, settingsFrom, usage } from './settings.ts';

const exitCodes = { done: 0, interrupted: 1, usage: 2, unreachable: 3 } as const;

async function load(settings: LoadSettings, signal: AbortSignal): Promise<void> {
  const session = await GatewaySession.open(settings.url, await credentialsFrom(process.env));
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: '[{bar}] {value}/{total} {rate}/s, {eta_formatted} left',
    hideCursor: true,
    // A line each ten seconds where there is no terminal.
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  bar.start(settings.documents, 0, { rate: '0' });
  try {
    await fill({
      ...settings,
      session,
      signal,
      onProgress: (done) => bar.update(done, { rate: (done / seconds()).toFixed(1) }),
    });
  } finally {
    bar.stop();
  }
  const { documents, analyze } = settings;
  const what = analyze ? 'uploaded and reviewed' : 'uploaded';
  console.log(
    `${documents} contracts ${what} in ${seconds().toFixed(1)} s: ${(documents / seconds()).toFixed(1)} a second`,
  );
}

/** @returns the exit code */
async function main(): Promise<number> {
  const signal = shutdownSignal({ watchParent: process.env.npm_lifecycle_event !== undefined });
  try {
    const settings = settingsFrom(process.argv.slice(2), process.env);
    if (settings === 'help') process.stdout.write(usage);
    else await load(settings, signal);
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted;
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nTry --help.\n`);
      return exitCodes.usage;
    }
    if (!(error instanceof UnreachableError || error instanceof ProblemError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitCodes.unreachable;
  }
}

process.exitCode = await main();
