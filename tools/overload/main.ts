import { StoreError } from '@contract-reviewer/platform/embedded/store-error';
import { type BenchSystem, startBenchSystem } from '../bench/system.ts';
import { GatewaySession } from '../gateway/gateway-session.ts';
import { prepareReads } from '../outage/contracts.ts';
import { HOST } from '../stack/process-environment.ts';
import { UsageError } from '../stack/settings.ts';
import { shutdownSignal } from '../stack/shutdown-signal.ts';
import { StartError } from '../stack/start-error.ts';
import { measureOverload, type Overload } from './overload.ts';
import { publish } from './publish.ts';
import { excessesOf, type Overloads, tablesOf } from './report.ts';
import { type LoadName, readSettings, type Settings, usage } from './settings.ts';

/** So many at once bring out the most of each, on machines with few cores. */
const peakAtOnce: Record<LoadName, readonly number[]> = { reads: [32, 64, 128], reviews: [4, 8] };
const recoverySeconds = 8;
/** One user asks for everything here. */
const withoutRateLimits = { RATE_LIMIT_USER_POINTS: '0', RATE_LIMIT_ADDRESS_POINTS: '0' };

/** @returns the exit code */
async function runAndReport(settings: Settings, signal: AbortSignal): Promise<number> {
  const report = (line: string) => console.error(line);
  await using system = await startBenchSystem(report, signal, withoutRateLimits);
  const session = await GatewaySession.open(new URL(`http://${HOST}:${system.port}`), system.admin);
  const paths = await prepareReads(session);
  const overloads: Overloads = {};
  for (const name of settings.only) {
    report(`Measuring ${name}`);
    overloads[name] = await overloadBy(name, system, { token: session.token, paths }, settings, signal);
  }
  const tables = tablesOf(overloads);
  const excesses = settings.only.flatMap((name) => excessesOf(name, overloads[name] as Overload));
  if (settings.publish) await publish(tables);
  console.log(settings.json ? JSON.stringify({ ...overloads, excesses }, null, 2) : [tables, ...excesses].join('\n'));
  return excesses.length > 0 ? 1 : 0;
}

function overloadBy(
  name: LoadName,
  { port, stack }: BenchSystem,
  { token, paths }: { token: string; paths: readonly string[] },
  { seconds, peakSeconds, times, connections }: Settings,
  signal: AbortSignal,
): Promise<Overload> {
  return measureOverload({
    port,
    token,
    asked: name === 'reads' ? { kind: 'read', paths } : { kind: 'review' },
    peakAtOnce: peakAtOnce[name],
    peakSeconds,
    times: times[name],
    connections,
    seconds,
    recoverySeconds,
    pids: Object.fromEntries(stack.processes.map((process) => [process.name, process.current().pid])),
    signal,
  });
}

/** @returns 0 when the overload cost no more than it may, 1 when it did or nothing could be started, 2 on wrong usage */
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
