import { setTimeout as sleep } from 'node:timers/promises';
import { check } from './checker.ts';
import { History, type Operation } from './history.ts';
import { type Mechanism, mechanisms } from './mechanisms.ts';
import { type FaultKind, faultKinds } from './nemesis/fault-kinds.ts';
import { Nemesis } from './nemesis/nemesis.ts';
import { Random } from './random.ts';
import type { Result } from './result.ts';
import type { Settings } from './settings.ts';
import { startFaultySystem } from './system/faulty-system.ts';
import { readTruth } from './truth.ts';
import { connectClients } from './workload/clients.ts';
import { Workload } from './workload/workload.ts';

const slowReads = new URL('./slow-reads.ts', import.meta.url).href;
/** After the last fault: trust in Redis comes back, and what was left behind is delivered. */
const recoveryMs = 4000;
const progressIntervalMs = 10_000;
const searchIntervalMs = 2000;

export interface RunContext {
  /** Tells people how far it is. */
  report: (line: string) => void;
  /** Gives the run up; what was started is stopped. */
  signal: AbortSignal;
}

/**
 * Runs the system under load while things break, and judges what the clients were told.
 *
 * @throws {StartError} when the system does not start
 * @throws the signal's reason when the run is given up
 */
export async function runFaults(
  { goal, seed, without, untilFound }: Settings,
  { report, signal }: RunContext,
): Promise<Result> {
  const random = new Random(seed);
  report(`Seed ${seed}${without ? `, without ${without}: ${mechanisms[without].title}` : ''}; starting the system`);
  const preload = [slowReads, ...(without ? [mechanisms[without].module] : [])];
  await using system = await startFaultySystem({ preload });
  signal.throwIfAborted();
  using clients = connectClients(system);
  const history = new History();
  const workload = await Workload.prepare(clients, system.admin, history, random.fork());

  report('Everything runs; under load from now on');
  // One part that fails ends the others too.
  const failure = new AbortController();
  const givenUp = AbortSignal.any([signal, failure.signal]);
  const pause = (ms: number) => sleep(ms, undefined, { signal: givenUp });
  const nemesis = new Nemesis({ system, history, random: random.fork(), kinds: kindsFor(without), pause });
  const beganAt = performance.now();
  const isReached = () =>
    history.answered >= goal.operations &&
    nemesis.faults.length >= goal.faults &&
    new Set(nemesis.faults.map(({ kind }) => kind)).size >= goal.kinds &&
    performance.now() - beganAt >= goal.seconds * 1000;
  let isFound = false;
  // What a broken system serves for ever may keep a review from ever ending.
  const reviewsGivenUp = new AbortController();
  const isOver = () => givenUp.aborted || isFound || isReached();
  const part = (run: Promise<void>) => run.catch((error: unknown) => failure.abort(error));
  const progress = setInterval(() => {
    const seconds = Math.round((performance.now() - beganAt) / 1000);
    report(`${seconds} s: ${history.answered} operations answered, ${nemesis.faults.length} faults`);
  }, progressIntervalMs);
  const search = setInterval(() => {
    isFound ||= untilFound && showsStaleness(history.operations);
    if (without !== undefined && isOver()) reviewsGivenUp.abort();
  }, searchIntervalMs);
  try {
    const reviewing = AbortSignal.any([givenUp, reviewsGivenUp.signal]);
    await Promise.all([part(nemesis.run(isOver)), part(workload.run(isOver, reviewing))]);
  } finally {
    clearInterval(progress);
    clearInterval(search);
  }
  givenUp.throwIfAborted();
  const seconds = (performance.now() - beganAt) / 1000;

  if (!isFound) {
    report('Everything is whole again; reading everything once more');
    await system.untilReady();
    await pause(recoveryMs);
    await workload.readEverything();
    await readTruth(system, history);
  }
  const { operations } = history;
  return {
    seed,
    without,
    seconds,
    operations,
    faults: nemesis.faults,
    unexpectedEnds: Object.values(system.replicas)
      .flat()
      .flatMap(({ process }) => process.unexpectedEnds),
    violations: check(operations),
  };
}

/** Also while requests are under way: what these two rules go by was answered. */
function showsStaleness(operations: readonly Operation[]): boolean {
  return check(operations).some(({ rule }) => rule === 'stale read' || rule === 'came back');
}

/** Without a mechanism, the faults that it is there for; else all. */
function kindsFor(without: Mechanism | undefined): readonly FaultKind[] {
  if (without === undefined) return faultKinds;
  const names: readonly string[] = mechanisms[without].exposedBy;
  return faultKinds.filter(({ name }) => names.includes(name));
}
