import { StoreError } from '@contract-reviewer/platform/embedded/store-error';
import { startFaultySystem } from '../faults/system/faulty-system.ts';
import { GatewaySession } from '../gateway/gateway-session.ts';
import { HOST } from '../stack/process-environment.ts';
import { UsageError } from '../stack/settings.ts';
import { shutdownSignal } from '../stack/shutdown-signal.ts';
import { StartError } from '../stack/start-error.ts';
import { prepareReads } from './contracts.ts';
import { measureOutage } from './outage.ts';
import { excessesOf, textOf } from './report.ts';
import { readSettings, type Settings, usage } from './settings.ts';

/** @returns the exit code */
async function runAndReport(settings: Settings, signal: AbortSignal): Promise<number> {
  await using system = await startFaultySystem({ preload: [] });
  signal.throwIfAborted();
  const ports = system.replicas.gateway.map(({ port }) => port);
  const session = await GatewaySession.open(new URL(`http://${HOST}:${ports[0]}`), system.admin);
  const paths = await prepareReads(session);
  const { server } = system.redis;
  const outage = await measureOutage({
    target: { ports, paths, token: session.token },
    rate: settings.rate,
    seconds: settings.seconds,
    pauseRedis: () => server.signal('SIGSTOP'),
    resumeRedis: () => server.signal('SIGCONT'),
    signal,
  });
  const excesses = excessesOf(outage, settings);
  console.log(
    settings.json ? JSON.stringify({ ...outage, excesses }, null, 2) : [textOf(outage), ...excesses].join('\n'),
  );
  return excesses.length > 0 ? 1 : 0;
}

/** @returns 0 when the outage cost no more than it may, 1 when it did or nothing could be started, 2 on wrong usage */
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
