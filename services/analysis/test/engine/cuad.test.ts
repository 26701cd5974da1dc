import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CuadCategory, cuadCategories } from '../../src/engine/builtin/clauses/categories.ts';
import { reliability } from '../../src/engine/builtin/reliability.ts';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';

const { ruleset } = loadRuleset();

/** CUAD v1 (The Atticus Project, CC BY 4.0) is no part of the repository; these tests run where it lies beside it. */
const dataset = new URL('../../../../../shared/cuad/', import.meta.url);

interface LabelledContract {
  file: string;
  labels: Partial<Record<CuadCategory, unknown>>;
}

interface Tally {
  right: number;
  wrong: number;
  missed: number;
  rightlyAbsent: number;
}

function tallyAll(): Map<CuadCategory, Tally> {
  const labelled = JSON.parse(readFileSync(new URL('labels.json', dataset), 'utf8')) as LabelledContract[];
  const tallies = new Map(
    cuadCategories.map((category) => [category, { right: 0, wrong: 0, missed: 0, rightlyAbsent: 0 }]),
  );
  for (const { file, labels } of labelled) {
    const text = readFileSync(new URL(`contracts/${file}`, dataset), 'utf8');
    const characters = [...text];
    const { clauses } = review({ text, pages: [] }, () => undefined, ruleset);
    for (const { category, present, spans } of clauses) {
      const tally = tallies.get(category as CuadCategory) as Tally;
      const isLabelled = labels[category as CuadCategory] !== undefined;
      if (present) tally[isLabelled ? 'right' : 'wrong']++;
      else tally[isLabelled ? 'missed' : 'rightlyAbsent']++;
      for (const { start, end, quote } of spans) expect(characters.slice(start, end).join('')).toBe(quote);
    }
  }
  return tallies;
}

function f1({ right, wrong, missed }: Tally): number {
  return (2 * right) / (2 * right + wrong + missed);
}

describe.skipIf(!existsSync(dataset))('on the 408 training contracts of CUAD', { timeout: 300_000 }, () => {
  test('presence is told with a micro F1 of .83 or more, and as reliably as results claim', () => {
    const tallies = tallyAll();
    const total = { right: 0, wrong: 0, missed: 0, rightlyAbsent: 0 };
    for (const [category, tally] of tallies) {
      for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
      const measured = {
        present: (tally.right + 1) / (tally.right + tally.wrong + 2),
        absent: (tally.rightlyAbsent + 1) / (tally.rightlyAbsent + tally.missed + 2),
      };
      expect(Math.abs(reliability[category].present - measured.present), `${category} when present`).toBeLessThan(0.02);
      expect(Math.abs(reliability[category].absent - measured.absent), `${category} when absent`).toBeLessThan(0.02);
    }
    console.info(`CUAD presence, micro F1 over 41 categories: ${f1(total).toFixed(3)}`);
    expect(f1(total)).toBeGreaterThan(0.83);
  });
});
