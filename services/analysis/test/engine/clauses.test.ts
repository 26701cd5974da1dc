import { describe, expect, test } from 'vitest';
import { cuadCategories, supplementaryTopics, type Topic } from '../../src/engine/builtin/clauses/categories.ts';
import { ClauseSearch } from '../../src/engine/builtin/clauses/detect.ts';
import { detectors } from '../../src/engine/builtin/clauses/detectors/index.ts';
import { segment } from '../../src/engine/builtin/text/segmentation.ts';
import { clauseExamples } from './clause-examples.ts';

const search = new ClauseSearch(detectors);

/** The passages that a text has of a topic. */
function passages(topic: Topic, text: string): string[] {
  const detection = search.run(segment(text, []), () => undefined).get(topic);
  return detection?.hits.map(({ segment: { text: passage } }) => passage) ?? [];
}

function inContract(after: string | undefined, sentence: string): string {
  return [
    '7. Miscellaneous',
    after && `7.1 ${after}`,
    `7.2 ${sentence}`,
    '7.3 The headings are for convenience of reference.',
  ]
    .filter(Boolean)
    .join('\n\n');
}

describe.for(clauseExamples)('$topic', ({ topic, after, clauses, lookalikes }) => {
  test.for(clauses)('is found in: %s', (sentence) => {
    expect(passages(topic, inContract(after, sentence))).toContainEqual(expect.stringContaining(sentence));
  });

  test.for(lookalikes)('is not found in: %s', (sentence) => {
    expect(passages(topic, inContract(after, sentence))).not.toContainEqual(expect.stringContaining(sentence));
  });
});

test('every category has a detector or is read from the opening', () => {
  const fromOpening: Topic[] = ['Document Name', 'Parties', 'Agreement Date', 'Effective Date', 'Expiration Date'];
  const detected = detectors.map(({ topic }) => topic);
  expect(new Set(detected).size).toBe(detected.length);
  expect([...fromOpening, ...detected].sort()).toEqual([...cuadCategories, ...supplementaryTopics].sort());
});

test('every detector has examples of what it is to find and to leave', () => {
  expect(clauseExamples.map(({ topic }) => topic).sort()).toEqual(detectors.map(({ topic }) => topic).sort());
});

test('an item of a list is read together with the sentence that introduces the list', () => {
  const text =
    'The Consultant shall not, for one year after termination:\n\n(a) solicit any employee of the Company; or\n\n(b) accept gifts.';
  expect(passages('No-Solicit Of Employees', text)).toEqual(['(a) solicit any employee of the Company; or']);
});

test('a heading speaks for the passages under it', () => {
  const under = (heading: string) =>
    passages(
      'Cap On Liability',
      `9. ${heading}\n\nClaims for lost profits are excluded, and the liability of the Supplier is limited to $10,000.`,
    );
  expect(under('Limitation of Liability')).toHaveLength(1);
});
