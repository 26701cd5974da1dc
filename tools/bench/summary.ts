import type { Measurement } from './measure.ts';
import { type Subject, subjects } from './scenarios.ts';

/** One round of one scenario. */
export interface Round {
  scenario: string;
  connections: number;
  results: Record<Subject, Measurement>;
}

/** Medians over the rounds. */
export interface Row {
  scenario: string;
  connections: number;
  /** Answers a second. */
  perSecond: Record<Subject, number>;
  p50Ms: Record<Subject, number>;
  p99Ms: Record<Subject, number>;
  cpuUs: Record<Subject, number>;
  /** The system's answers a second by those of the reference in the same round. */
  ratio: Record<Exclude<Subject, 'system'>, number>;
}

export function summarise(rounds: readonly Round[]): Row[] {
  const groups = Map.groupBy(rounds, ({ scenario, connections }) => `${connections} ${scenario}`);
  return [...groups.values()].map((group) => {
    const of = (figure: (each: Measurement) => number) =>
      medians(group, ({ results }, subject) => figure(results[subject]));
    const ratioTo = (reference: Subject) =>
      median(group.map(({ results }) => rateOf(results.system) / rateOf(results[reference])));
    const [{ scenario, connections }] = group as [Round];
    return {
      scenario,
      connections,
      perSecond: of(rateOf),
      p50Ms: of(({ p50Ms }) => p50Ms),
      p99Ms: of(({ p99Ms }) => p99Ms),
      cpuUs: of(({ cpuUs }) => cpuUs),
      ratio: { 'bare chain': ratioTo('bare chain'), monolith: ratioTo('monolith') },
    };
  });
}

/** As a table of Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const head = [
    '| Connections | Scenario | System /s | Bare chain /s | Monolith /s | to bare chain | to monolith | p50 ms (bare) | p99 ms (bare) | CPU us (bare, monolith) |',
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  const lines = rows.map(({ scenario, connections, perSecond, p50Ms, p99Ms, cpuUs, ratio }) =>
    [
      connections,
      scenario,
      ...subjects.map((subject) => Math.round(perSecond[subject])),
      ratio['bare chain'].toFixed(2),
      ratio.monolith.toFixed(2),
      `${p50Ms.system.toFixed(2)} (${p50Ms['bare chain'].toFixed(2)})`,
      `${p99Ms.system.toFixed(2)} (${p99Ms['bare chain'].toFixed(2)})`,
      `${Math.round(cpuUs.system)} (${Math.round(cpuUs['bare chain'])}, ${Math.round(cpuUs.monolith)})`,
    ].join(' | '),
  );
  return [...head, ...lines.map((line) => `| ${line} |`)].join('\n');
}

function rateOf({ answers, seconds }: Measurement): number {
  return answers / seconds;
}

function medians(group: readonly Round[], figure: (round: Round, subject: Subject) => number): Record<Subject, number> {
  const of = (subject: Subject) => median(group.map((round) => figure(round, subject)));
  return { system: of('system'), 'bare chain': of('bare chain'), monolith: of('monolith') };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
