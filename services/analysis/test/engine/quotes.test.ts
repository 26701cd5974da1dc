import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { SpanBuilder } from '../../src/engine/builtin/spans.ts';

const { ruleset } = loadRuleset();

/** No part of the repository: these tests run where the folders lie beside it. */
const dataset = new URL('../../../../../shared/cuad/contracts/', import.meta.url);
const samples = new URL('../../../../../shared/samples/', import.meta.url);

/** All contracts with `CONTRACTS=all`, which takes minutes; otherwise a few from all over the dataset. */
const every = process.env.CONTRACTS === 'all' ? 1 : 60;

const wordCharacter = /[\p{L}\p{N}]/u;

/** Says which quotes of a review are not exactly their range, or cut a word in two. */
function faultsOf(text: string): string[] {
  const characters = [...text];
  const { clauses, missingClauses, risks, obligations } = review({ text, pages: [] }, () => undefined, ruleset);
  const spans = [
    ...clauses.flatMap((clause) => clause.spans),
    ...missingClauses.flatMap(({ nearest }) => nearest ?? []),
    ...risks.flatMap((risk) => risk.spans),
    ...obligations.flatMap((obligation) => obligation.spans),
  ];
  const isWord = (at: number) => wordCharacter.test(characters[at] ?? '');
  return spans.flatMap(({ start, end, quote }) => {
    if (characters.slice(start, end).join('') !== quote) return [`not the text at ${start}: ${quote}`];
    if (quote.trim() !== quote || quote === '') return [`white space at an end, at ${start}: ${quote}`];
    const isCut = (isWord(start - 1) && isWord(start)) || (isWord(end - 1) && isWord(end));
    return isCut ? [`a word cut at ${start}: ${quote}`] : [];
  });
}

describe.skipIf(!existsSync(dataset))('in the contracts of CUAD', { timeout: 900_000 }, () => {
  test('every range is exactly its quote and cuts no word', () => {
    const files = readdirSync(dataset).filter((_, index) => index % every === 0);
    for (const file of files) expect(faultsOf(readFileSync(new URL(file, dataset), 'utf8')), file).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
  });
});

describe.skipIf(!existsSync(samples))('in the sample agreements', { timeout: 120_000 }, () => {
  test('every range is exactly its quote and cuts no word', () => {
    const files = readdirSync(samples).filter((file) => file.endsWith('.md'));
    for (const file of files) expect(faultsOf(readFileSync(new URL(file, samples), 'utf8')), file).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
  });
});

test('a span has no white space at its ends', () => {
  const text = '\u{1f600} \u00a0This is the law. \n';
  expect(new SpanBuilder(text, []).span({ start: 2, end: text.length })).toEqual({
    start: 3,
    end: 19,
    quote: 'This is the law.',
    page: 1,
  });
});
