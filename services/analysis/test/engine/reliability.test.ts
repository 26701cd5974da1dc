import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cuadCategories } from '../../src/engine/builtin/clauses/categories.ts';
import { reliability } from '../../src/engine/builtin/reliability.ts';

test('answers are called as reliable as the model card says that they were when measured', () => {
  const card = readFileSync(new URL('../../../../docs/model-card.md', import.meta.url), 'utf8');
  const published = card.split('\n').flatMap((line) => {
    const [, category, , , , , present, absent] = line.split('|').map((cell) => cell.trim());
    return (cuadCategories as readonly (string | undefined)[]).includes(category)
      ? [[category, { present: Number(present), absent: Number(absent) }]]
      : [];
  });
  expect(Object.fromEntries(published)).toEqual(reliability);
});
