import { Execution, type Scope, StaleReadError } from './execution.ts';

export interface Exploration {
  /** Executions that were run to their end, or to a state that another one had reached. */
  schedules: number;
  /** Distinct states. */
  states: number;
  /** The first stale read, with the steps that lead to it. */
  violation: string | undefined;
}

/** Tries every order of events in a scope. A state that was reached before is not explored again. */
export async function exploreAll(scope: Scope): Promise<Exploration> {
  const visited = new Set<string>();
  const prefixes: number[][] = [[]];
  let schedules = 0;
  for (let prefix = prefixes.pop(); prefix; prefix = prefixes.pop()) {
    schedules += 1;
    const violation = await runOne(scope, prefix, (execution, choices, count) => {
      const state = execution.fingerprint();
      if (visited.has(state)) return undefined;
      visited.add(state);
      for (let other = 1; other < count; other += 1) prefixes.push([...choices, other]);
      return 0;
    });
    if (violation) return { schedules, states: visited.size, violation };
  }
  return { schedules, states: visited.size, violation: undefined };
}

/** Tries `count` random orders; the same seed gives the same ones. */
export async function exploreRandomly(scope: Scope, count: number, seed: number): Promise<Exploration> {
  const random = generator(seed);
  const states = new Set<string>();
  for (let schedules = 1; schedules <= count; schedules += 1) {
    const violation = await runOne(scope, [], (execution, _choices, options) => {
      states.add(execution.fingerprint());
      return Math.floor(random() * options);
    });
    if (violation) return { schedules, states: states.size, violation };
  }
  return { schedules: count, states: states.size, violation: undefined };
}

/** @param choose the next choice after the prefix, or undefined to give this execution up */
async function runOne(
  scope: Scope,
  prefix: readonly number[],
  choose: (execution: Execution, choices: readonly number[], count: number) => number | undefined,
): Promise<string | undefined> {
  const execution = new Execution(scope);
  const choices: number[] = [];
  try {
    await execution.begin();
    for (let options = await execution.options(); options.length > 0; options = await execution.options()) {
      const choice = prefix[choices.length] ?? choose(execution, choices, options.length);
      if (choice === undefined) return undefined;
      choices.push(choice);
      execution.take(options, choice);
    }
  } catch (error) {
    if (error instanceof StaleReadError) return error.message;
    throw error;
  }
  return undefined;
}

/** Mulberry32: small, seeded, good enough to pick schedules. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
