import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAnswer } from '../../../src/engine/model/findings/answer.ts';
import { locateFindings, wordsOf } from '../../../src/engine/model/findings/located-findings.ts';
import { mergeFindings } from '../../../src/engine/model/findings/merged-findings.ts';
import { answerCategories, answerTopics } from '../../../src/engine/model/prompt/answer-schema.ts';
import { QuoteLocator } from '../../../src/engine/model/quotes/quote-locator.ts';
import { contract } from '../contracts.ts';

const text = `${contract()}\n\nZoë\u2019s caf\u00e9 \u{1f600} pays \u200b$5 million within thirty (30) days. ${'\u{1d4d0}'.repeat(30)}`;
const document = { text, words: wordsOf(text), boundary: 'CONTRACT-boundary' };

/** What stands in the text, from anywhere to anywhere, and what does not. */
const quote = fc.oneof(
  fc.tuple(fc.nat(text.length), fc.nat(200)).map(([start, length]) => text.slice(start, start + length)),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const words = fc.oneof(quote, fc.constantFrom('', '$5 million', '30 days', 'not', 'www.evil.test', '\u0000\u202e'));
const finding = fc.record({
  category: fc.oneof(fc.constantFrom(...answerCategories), words),
  topic: fc.oneof(fc.constantFrom(...answerTopics), words),
  level: fc.constantFrom('high', 'low', 'info'),
  value: words,
  title: words,
  reason: words,
  ask_for: words,
  party: fc.constantFrom('Customer', 'Nobody'),
  action: words,
  due: words,
  condition: words,
  quote,
});
const list = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.oneof(finding, fc.jsonValue())) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const answers = fc.record({ clauses: list, risks: list, obligations: list });

it('whatever a model says, what is kept of it stands in the text, in whole characters and without invisible ones', () => {
  fc.assert(
    fc.property(answers, (answer) => {
      const parsed = parsedOrRefused(JSON.stringify(answer));
      if (!parsed) return;
      const located = locateFindings(parsed, new QuoteLocator(text, { start: 0, end: text.length }), document);
      const { clauses, risks, obligations, droppedFindings } = mergeFindings([located]);
      expect(droppedFindings).toBeGreaterThanOrEqual(0);
      const ranges = [
        ...clauses.flatMap((clause) => clause.ranges),
        ...[...risks, ...obligations].map(({ range }) => range),
      ];
      for (const { start, end } of ranges) {
        const passage = text.slice(start, end);
        expect(passage.trim()).toBe(passage);
        expect(passage.length).toBeGreaterThanOrEqual(8);
        expect(passage.isWellFormed()).toBe(true);
      }
      expect(JSON.stringify([risks, obligations, clauses.map(({ value }) => value)])).not.toMatch(
        /\\u0000|\u202e|\u200b|evil/,
      );
    }),
    { numRuns: 100 },
  );
});

it('whatever text comes instead of an answer is refused and no worse', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (json) => void parsedOrRefused(json)));
});

function parsedOrRefused(json: string) {
  try {
    return parseAnswer(json);
  } catch (error) {
    expect(error).toMatchObject({ name: 'ModelCallError', kind: 'unusable' });
    return undefined;
  }
}
