import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../bench/measure.ts';
import { type Round, summarise } from '../../bench/summary.ts';
import { latencyTableOf, throughputTableOf } from '../../bench/tables.ts';

const measured = (answers: number, p50Ms = 1): Measurement => ({
  answers,
  failures: 0,
  failure: '',
  hits: 0,
  seconds: 2,
  p50Ms,
  p99Ms: 5,
  cpuUs: 100,
});

const round = (system: number, bareChain: number, monolith: number): Round => ({
  scenario: 'document hit',
  connections: 32,
  results: { system: measured(system), 'bare chain': measured(bareChain), monolith: measured(monolith) },
});

describe('The summary of a benchmark', () => {
  it('compares within each round, so that a machine that slows down between rounds changes no ratio', () => {
    const [row] = summarise([round(3000, 2000, 6000), round(300, 200, 600), round(1500, 1000, 3000)]);
    expect(row?.ratio).toEqual({ 'bare chain': 1.5, monolith: 0.5 });
  });

  it('tells the median of the rounds in answers a second', () => {
    const [row] = summarise([round(2000, 2, 2), round(600, 2, 2), round(1000, 2, 2)]);
    expect(row?.perSecond.system).toBe(500);
  });

  it('keeps scenarios and numbers of connections apart', () => {
    const rows = summarise([round(2, 2, 2), { ...round(2, 2, 2), connections: 1 }]);
    expect(rows.map(({ connections }) => connections)).toEqual([32, 1]);
    expect(throughputTableOf(rows).split('\n')).toHaveLength(4);
    expect(latencyTableOf(rows).split('\n')).toHaveLength(4);
  });
});
