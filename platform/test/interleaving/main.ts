import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Actor, actors, type Scope } from './execution.ts';
import { type Exploration, exploreAll } from './explore.ts';
import { type Fault, faults, readsToTrustAnotherRedis } from './world.ts';

const usage = `Usage: npm run interleavings [-- OPTION...]

Explores every order of events of the cache protocol's own code, for every three of ${actors.join(', ')},
and for a writer and a reader who reads until another Redis would be used, with each fault at any step. Prints what was
explored. Exit codes: 0 no stale read, 1 a stale read, 2 wrong usage.

Options
  --fault NAME   only this fault; may be repeated
  --threads N    threads to explore with (2)
  --help         show this
`;

if (isMainThread) process.exitCode = await main();
else parentPort?.postMessage(await exploreAll(workerData as Scope));

async function main(): Promise<number> {
  const settings = readSettings();
  if (typeof settings === 'number') return settings;
  const scopes = settings.faults.flatMap((fault): Scope[] => [
    { actors: ['writer', 'reader'], fault, reads: readsToTrustAnotherRedis },
    ...threes().map((three) => ({ actors: three, fault, reads: 1 })),
  ]);
  const totals = { schedules: 0, states: 0, violations: 0 };
  const explore = async () => {
    for (let scope = scopes.shift(); scope; scope = scopes.shift()) {
      const startedAt = performance.now();
      const { schedules, states, violation } = await inThread(scope);
      totals.schedules += schedules;
      totals.states += states;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const name = `${scope.actors.join(' + ')}, ${scope.fault}`;
      console.log(`${name.padEnd(62)} ${String(schedules).padStart(9)} schedules  ${seconds.padStart(6)} s`);
      if (violation) {
        totals.violations += 1;
        console.log(violation);
      }
    }
  };
  await Promise.all(Array.from({ length: settings.threads }, explore));
  console.log(`${totals.schedules} schedules, ${totals.states} distinct states, ${totals.violations} violations`);
  return totals.violations === 0 ? 0 : 1;
}

function readSettings(): { faults: readonly Fault[]; threads: number } | number {
  try {
    const { values } = parseArgs({
      options: {
        fault: { type: 'string', multiple: true, default: [...faults] },
        threads: { type: 'string', default: '2' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      return 0;
    }
    const unknown = values.fault.find((name) => !faults.includes(name as Fault));
    const threads = Number(values.threads);
    if (unknown !== undefined) throw new TypeError(`There is no fault '${unknown}'. There are: ${faults.join(', ')}.`);
    if (!Number.isInteger(threads) || threads < 1) throw new TypeError('--threads takes a whole number from 1.');
    return { faults: values.fault as Fault[], threads };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
}

/**
 * Every three actors of which one writes and one reads: in the others nothing can be stale, or nobody would see it. A
 * second reader without a first one is a reader.
 */
function threes(): Actor[][] {
  const found: Actor[][] = [];
  for (const [first, a] of actors.entries()) {
    for (const [second, b] of actors.entries()) {
      for (const [third, c] of actors.entries()) {
        const three: Actor[] = [a, b, c];
        const writes = three.includes('writer') || three.includes('deleter');
        const reads = three.includes('reader');
        if (first < second && second < third && writes && reads) found.push(three);
      }
    }
  }
  return found;
}

function inThread(scope: Scope): Promise<Exploration> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: scope,
      resourceLimits: { maxOldGenerationSizeMb: 6000 },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
