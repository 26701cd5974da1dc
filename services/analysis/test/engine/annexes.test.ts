import { describe, expect, test } from 'vitest';
import { unattachedAnnexes } from '../../src/engine/builtin/text/annexes.ts';
import { segment } from '../../src/engine/builtin/text/segmentation.ts';

function reported(...paragraphs: string[]): string[] {
  return unattachedAnnexes(segment(paragraphs.join('\n\n'), [])).map(({ text }) => text);
}

describe('an annex that is said to be attached and is not there is reported', () => {
  test.for([
    'The prices are set forth in Exhibit A attached hereto.',
    'The prices are set forth in Exhibit A hereto.',
    'The prices are those of Schedule 2, which is attached and forms part of this Agreement.',
    'The form of the order is attached hereto as Annex C.',
    'The prices are listed in Appendix 1 to this Agreement.',
  ])('%s', (sentence) => {
    expect(reported(sentence)).toEqual([sentence]);
  });
});

describe('and no other', () => {
  test.for([
    ['The prices are set forth in Exhibit A.'],
    ['The consent of the landlord is Schedule 4 to the Lease, and the parties hereto have read it.'],
    ['The prices are set forth in Exhibit A attached hereto.', 'Exhibit A: Prices', 'Paper costs $5.'],
  ])('%s', (paragraphs) => {
    expect(reported(...paragraphs)).toEqual([]);
  });
});
