import { subjects } from './scenarios.ts';
import type { Row } from './summary.ts';

/** Answers a second and processor time, as a table of Markdown. */
export function throughputTableOf(rows: readonly Row[]): string {
  return tableOf(
    'Connections, Scenario, System /s, Bare chain /s, Bare hit /s, Monolith /s, to bare chain, to bare hit, to monolith, CPU us, of bare chain, of monolith',
    rows.map(({ scenario, connections, perSecond, cpuUs, ratio }) => [
      String(connections),
      scenario,
      ...subjects.map((subject) => shown(perSecond[subject], 0)),
      shown(ratio['bare chain'], 2),
      shown(ratio['bare hit'], 2),
      shown(ratio.monolith, 2),
      shown(cpuUs.system, 0),
      shown(cpuUs['bare chain'], 0),
      shown(cpuUs.monolith, 0),
    ]),
  );
}

/** Latencies, as a table of Markdown. */
export function latencyTableOf(rows: readonly Row[]): string {
  return tableOf(
    'Connections, Scenario, p50 ms, of bare chain, of bare hit, to bare chain, to bare hit, p99 ms, of bare chain, of bare hit, to bare chain, to bare hit',
    rows.map(({ scenario, connections, p50Ms, p99Ms, p50Ratio, p99Ratio }) => [
      String(connections),
      scenario,
      ...(
        [
          [p50Ms, p50Ratio],
          [p99Ms, p99Ratio],
        ] as const
      ).flatMap(([ms, ratio]) => [
        shown(ms.system, 2),
        shown(ms['bare chain'], 2),
        shown(ms['bare hit'], 2),
        shown(ratio['bare chain'], 2),
        shown(ratio['bare hit'], 2),
      ]),
    ]),
  );
}

function tableOf(head: string, lines: readonly (readonly string[])[]): string {
  const names = head.split(', ');
  const alignments = names.map((name) => (name === 'Scenario' ? '---' : '---:'));
  return [names, alignments, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function shown(figure: number | undefined, digits: number): string {
  return figure?.toFixed(digits) ?? '';
}
