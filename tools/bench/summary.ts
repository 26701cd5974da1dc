import type { Measurement, Measurements } from './measure.ts';
import { type Subject, subjects } from './scenarios.ts';

/** One round of one scenario. */
export interface Round {
  scenario: string;
  connections: number;
  results: Measurements;
}

type Figures = Partial<Record<Subject, number>> & { system: number };
type Ratios = Partial<Record<Exclude<Subject, 'system'>, number>>;

/** Medians over the rounds; of ratios, those within each round. */
export interface Row {
  scenario: string;
  connections: number;
  /** Answers a second. */
  perSecond: Figures;
  p50Ms: Figures;
  p99Ms: Figures;
  cpuUs: Figures;
  /** The system's answers a second by those of the reference. */
  ratio: Ratios;
  /** The system's latency by that of the reference. */
  p50Ratio: Ratios;
  p99Ratio: Ratios;
}

type Figure = (each: Measurement) => number;

const rateOf: Figure = ({ answers, seconds }) => answers / seconds;
const p50Of: Figure = ({ p50Ms }) => p50Ms;
const p99Of: Figure = ({ p99Ms }) => p99Ms;

export function summarise(rounds: readonly Round[]): Row[] {
  const groups = Map.groupBy(rounds, ({ scenario, connections }) => `${connections} ${scenario}`);
  return [...groups.values()].map((group) => {
    const [{ scenario, connections }] = group as [Round];
    return {
      scenario,
      connections,
      perSecond: figuresOf(group, rateOf),
      p50Ms: figuresOf(group, p50Of),
      p99Ms: figuresOf(group, p99Of),
      cpuUs: figuresOf(group, ({ cpuUs }) => cpuUs),
      ratio: ratiosOf(group, rateOf),
      p50Ratio: ratiosOf(group, p50Of),
      p99Ratio: ratiosOf(group, p99Of),
    };
  });
}

function figuresOf(group: readonly Round[], figure: Figure): Figures {
  return mediansOf(group, subjects, (each) => figure(each)) as Figures;
}

function ratiosOf(group: readonly Round[], figure: Figure): Ratios {
  const references = subjects.filter((subject) => subject !== 'system');
  return mediansOf(group, references, (each, { system }) => figure(system) / figure(each));
}

/** Without those who were not asked. */
function mediansOf<S extends Subject>(
  group: readonly Round[],
  of: readonly S[],
  figure: (each: Measurement, all: Measurements) => number,
): Partial<Record<S, number>> {
  const medians: Partial<Record<S, number>> = {};
  for (const subject of of) {
    const values = group.flatMap(({ results }) => {
      const each = results[subject];
      return each === undefined ? [] : [figure(each, results)];
    });
    if (values.length > 0) medians[subject] = median(values);
  }
  return medians;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
