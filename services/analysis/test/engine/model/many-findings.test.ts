import { expect, it } from 'vitest';
import { hiddenTextRisks } from '../../../src/engine/builtin/risks/hidden-text.ts';
import { SpanBuilder } from '../../../src/engine/builtin/spans.ts';
import type { LocatedFindings } from '../../../src/engine/model/findings/located-findings.ts';
import { mergeFindings } from '../../../src/engine/model/findings/merged-findings.ts';

/** This runs where everybody is served, so it must not take long for anybody's contract. */
function secondsFor(work: () => void): number {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1000;
}

it('a contract full of hidden characters holds nobody up', () => {
  const text = 'a\u202e b\u200b '.repeat(150_000);
  const spans = new SpanBuilder(text, []);
  expect(secondsFor(() => expect(hiddenTextRisks(text, spans)).toHaveLength(2))).toBeLessThan(3);
});

it('a model that finds something everywhere holds nobody up', () => {
  const sections = Array.from({ length: 1000 }, (_, section): LocatedFindings => {
    const ranges = Array.from({ length: 60 }, (_, index) => {
      const start = section * 6000 + index * 100;
      return { start, end: start + 90 };
    });
    return {
      clauses: [],
      risks: ranges.map((range) => ({ topic: 'Other', level: 'low', title: 'T', reason: 'R', ask_for: '', range })),
      obligations: ranges.map((range) => ({ party: 'P', action: 'A', due: '', condition: '', range })),
      droppedFindings: 0,
    };
  });
  let dropped = 0;
  expect(secondsFor(() => (dropped = mergeFindings(sections).droppedFindings))).toBeLessThan(3);
  expect(dropped).toBe(2 * (60_000 - 500));
});

it('of overlapping findings of one topic the gravest stays', () => {
  const risk = (level: 'high' | 'low', topic: string, start: number, end: number) => ({
    topic,
    level,
    title: 'T',
    reason: 'R',
    ask_for: '',
    range: { start, end },
  });
  const section = (...risks: ReturnType<typeof risk>[]) => ({
    clauses: [],
    risks,
    obligations: [],
    droppedFindings: 0,
  });
  const { risks, droppedFindings } = mergeFindings([
    section(risk('low', 'Other', 0, 50), risk('low', 'Insurance', 10, 20)),
    section(risk('high', 'Other', 30, 60), risk('low', 'Other', 60, 70)),
  ]);
  expect(risks).toEqual([
    risk('high', 'Other', 30, 60),
    risk('low', 'Insurance', 10, 20),
    risk('low', 'Other', 60, 70),
  ]);
  expect(droppedFindings).toBe(0);
});
