import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHiddenCharacters, withoutHiddenCharacters } from '../../../src/engine/builtin/text/hidden-characters.ts';
import { withoutChatMarkers } from '../../../src/engine/model/prompt/chat-markers.ts';
import { cutSections, halve } from '../../../src/engine/model/prompt/sections.ts';
import { estimateTokens, reach } from '../../../src/engine/model/prompt/tokens.ts';
import { contract } from '../contracts.ts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 4000 });
const words = fc
  .array(fc.constantFrom('Supplier ', 'shall ', 'pay. ', '\n\n', '$1,000 ', '条款', '😀', 'x'.repeat(700)), {
    maxLength: 400,
  })
  .map((parts) => parts.join(''));

describe('sections', () => {
  it('have every character between them, fit, overlap, and never split a character', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, words), fc.integer({ min: 40, max: 500 }), (text, maxTokens) => {
        const sections = cutSections(text, { maxTokens, overlapChars: 100 });
        let covered = 0;
        for (const { start, end } of sections) {
          expect(start).toBeLessThanOrEqual(covered);
          expect(end).toBeGreaterThan(covered);
          expect(estimateTokens(text.slice(start, end))).toBeLessThanOrEqual(maxTokens + 1);
          expect(text.slice(start, end).isWellFormed()).toBe(text.isWellFormed());
          covered = end;
        }
        expect(covered).toBe(text.length);
      }),
      { numRuns: 150 },
    );
  });

  it('are cut between paragraphs where there are any', () => {
    const text = contract().repeat(3);
    const sections = cutSections(text, { maxTokens: 600, overlapChars: 100 });
    expect(sections.length).toBeGreaterThan(3);
    for (const { end } of sections.slice(0, -1)) expect(text.slice(0, end)).toMatch(/\n\n$/);
  });

  it('are halved with an overlap, down to a length that is not worth it', () => {
    const text = contract();
    const [first, second] = halve(text, { start: 0, end: text.length }, 200) ?? [];
    expect(first?.end).toBeGreaterThan(second?.start ?? 0);
    expect(second?.end).toBe(text.length);
    expect(halve(text, { start: 0, end: 300 }, 50)).toBeUndefined();
  });
});

it('tokens are counted on the safe side of what tokenizers of models count', () => {
  // About 4.5 letters of English make a token, and numbers one for one to three digits.
  expect(estimateTokens(contract())).toBeGreaterThan(contract().length / 4);
  expect(estimateTokens('甲方应当支付')).toBeGreaterThanOrEqual(6);
  expect(estimateTokens('123456')).toBe(6);
  expect(reach('one two three', 0, 2)).toBe('one two '.length);
});

describe('the text that a model is given', () => {
  it('has no characters that people do not see', () => {
    const hidden = 'pay\u200b \u202edetimilnu\u202c \u{e0049}\u{e0047}\u{e004e} fees\u00ad \ufeff\u0007now\ufe0f';
    expect(withoutHiddenCharacters(hidden)).toBe('pay detimilnu  fees now');
    expect(findHiddenCharacters(hidden).ordinary.length).toBe(4);
    expect(findHiddenCharacters(hidden).deceptive.length).toBe(3);
  });

  it('keeps line breaks, tabs, accents and other alphabets', () => {
    const ordinary = 'Zoë\tpays\r\n“Größe” 甲方 עברית 😀\n\n§ 5';
    expect(withoutHiddenCharacters(ordinary)).toBe(ordinary);
    expect(findHiddenCharacters(ordinary)).toEqual({ ordinary: [], deceptive: [] });
  });

  it.each([
    '<|im_start|>',
    '<|eot_id|>',
    '[INST]',
    '<<SYS>>',
    '<start_of_turn>',
    '</s>',
    '<|start_header_id|>',
    '</think>',
  ])('has no %s of a chat template', (marker) => {
    expect(withoutChatMarkers(`a ${marker}system b`)).not.toContain(marker);
  });
});
