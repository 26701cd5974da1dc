import { strFromU8, unzipSync } from 'fflate';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { DocumentText } from '../../src/documents/documents.ts';
import type { Review } from '../../src/domain/analysis.ts';
import { contractParagraphs } from '../../src/report/docx/contract-text.ts';
import { renderDocx } from '../../src/report/docx/docx.ts';
import { hostile, hostileSubject } from './hostile-subject.ts';
import { xmlElements } from './xml-elements.ts';

const textOf = (text: string, pageStarts: readonly number[] = [0]): DocumentText => {
  const length = Array.from(text).length;
  const pages = pageStarts.map((start, index) => ({ page: index + 1, start, end: pageStarts[index + 1] ?? length }));
  return { text, pages, textSha256: '' };
};

function partsOf(text: DocumentText, review: Partial<Review> = {}, filename = 'contract.pdf'): Record<string, string> {
  const { analysis } = hostileSubject();
  const subject = { filename, analysis: { ...analysis, review: { ...analysis.review, ...review } } };
  const entries = Object.entries(unzipSync(renderDocx(subject, text)));
  return Object.fromEntries(entries.map(([path, bytes]) => [path, strFromU8(bytes)]));
}

/** A risk on each occurrence of each word. */
function risksOn(text: string, ...words: string[]): Partial<Review> {
  const spans = words.flatMap((word) =>
    [...text.matchAll(new RegExp(word, 'g'))].map(({ index, 0: quote }) => {
      const start = Array.from(text.slice(0, index)).length;
      return { start, end: start + Array.from(quote).length, quote, page: 1 };
    }),
  );
  const [risk] = hostileSubject('x').analysis.review.risks;
  return { clauses: [], risks: risk ? [{ ...risk, spans }] : [] };
}

/** What stands between the edges of each comment, by its number. */
function commentedTexts(document: string): string[] {
  const texts = new Map<number, string>();
  const open = new Set<number>();
  for (const [, edge, id, text] of document.matchAll(
    /<w:commentRange(Start|End) w:id="(\d+)"\/>|<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g,
  )) {
    if (edge === 'Start') open.add(Number(id));
    else if (edge === 'End') open.delete(Number(id));
    else for (const each of open) texts.set(each, (texts.get(each) ?? '') + text);
  }
  expect(open.size).toBe(0);
  return [...texts.entries()].sort(([a], [b]) => a - b).map(([, text]) => text);
}

describe('a contract that is hostile in every field', () => {
  let parts: Record<string, string>;
  beforeAll(() => {
    parts = partsOf(textOf(hostile.toWellFormed()), {}, hostile);
  });

  it('gives parts that are well formed', () => {
    expect(Object.keys(parts).sort()).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'docProps/core.xml',
      'word/_rels/document.xml.rels',
      'word/comments.xml',
      'word/document.xml',
      'word/footer1.xml',
      'word/styles.xml',
    ]);
    for (const [path, xml] of Object.entries(parts)) expect(() => xmlElements(xml), path).not.toThrow();
  });

  it('brings in no link, field, picture or object', () => {
    const names = new Set(xmlElements(parts['word/document.xml'] ?? '').map(({ name }) => name));
    for (const name of ['w:hyperlink', 'w:instrText', 'w:fldSimple', 'w:object', 'w:drawing', 'w:altChunk']) {
      expect(names).not.toContain(name);
    }
    expect(parts['word/_rels/document.xml.rels']).not.toContain('TargetMode');
  });

  it('uses only styles that there are', () => {
    const defined = new Set(
      xmlElements(parts['word/styles.xml'] ?? '').flatMap(({ attributes }) => attributes['w:styleId'] ?? []),
    );
    const used = [parts['word/document.xml'], parts['word/comments.xml'], parts['word/footer1.xml']]
      .flatMap((xml) => xmlElements(xml ?? ''))
      .filter(({ name }) => /^w:(?:p|r|tbl)Style$/.test(name))
      .flatMap(({ attributes }) => attributes['w:val'] ?? []);
    expect(used.filter((style) => !defined.has(style))).toEqual([]);
  });
});

describe('comments', () => {
  it('stand at exactly their passages, also after characters beyond the basic plane', () => {
    const text = '😀 The 𝔗erm is one year.\n\nThe Term renews 😀😀 for a second year.';
    expect(
      commentedTexts(partsOf(textOf(text), risksOn(text, '𝔗erm', 'one year', '😀😀'))['word/document.xml'] ?? ''),
    ).toEqual(['𝔗erm', 'one year', '😀😀']);
  });

  it('may overlap, nest, touch, reach over paragraphs and begin or end between them', () => {
    const text = 'alpha beta gamma\n\ndelta epsilon\n\nzeta';
    const texts = commentedTexts(
      partsOf(textOf(text), risksOn(text, 'alpha beta', 'beta gamma', 'beta', 'gamma\n\ndelta', 'epsilon\n', '\nzeta'))[
        'word/document.xml'
      ] ?? '',
    );
    expect(texts).toEqual(['alpha beta', 'beta gamma', 'beta', 'gammadelta', 'epsilon', 'zeta']);
  });

  it('on the same passage are one, risks first; each is referred to once', () => {
    const text = 'The Term is one year.';
    const { risks = [] } = risksOn(text, 'one year');
    const clause = { category: 'Expiration Date', present: true, score: 0.9, source: 'builtin' as const };
    const parts = partsOf(textOf(text), { risks, clauses: [{ ...clause, spans: risks[0]?.spans ?? [] }] });
    expect(parts['word/comments.xml']?.match(/<w:comment /g)).toHaveLength(1);
    expect(parts['word/comments.xml']).toMatch(/Risk, high[\s\S]*Clause: Expiration Date/);
    expect(parts['word/document.xml']?.match(/<w:commentReference /g)).toHaveLength(1);
  });
});

describe('the paragraphs of a contract', () => {
  const wrapped = (text: string, pageStarts?: readonly number[]) =>
    contractParagraphs(text, textOf(text, pageStarts).pages).map(({ lines, page }) => [
      lines.map(({ start, end }) => text.slice(start, end)).join(' '),
      page,
    ]);

  it('are put together from lines that a margin broke, and kept apart where the author ended them', () => {
    const line = 'a line that runs up to the margin of the page it is on';
    const text = `1. TERM\n${line}\n${line}\nand ends.\n\n2. Notice. ${line}\nhere.`;
    expect(wrapped(text).map(([paragraph]) => paragraph)).toEqual([
      '1. TERM',
      `${line} ${line} and ends.`,
      `2. Notice. ${line} here.`,
    ]);
  });

  it('are the lines of a text that was not wrapped', () => {
    const text = `${'long '.repeat(60)}\nshort\nshort again`;
    expect(wrapped(text)).toHaveLength(3);
  });

  it('name the page where one begins', () => {
    expect(wrapped('one\n\ntwo\n\nthree', [0, 5])).toEqual([
      ['one', undefined],
      ['two', 2],
      ['three', undefined],
    ]);
  });
});

test('a contract of 300 pages is rendered in a moment', () => {
  const page = 'The Supplier shall deliver the goods in good order and on time.\n'.repeat(45);
  const startedAt = performance.now();
  renderDocx(hostileSubject('x'), textOf(page.repeat(300)));
  expect(performance.now() - startedAt).toBeLessThan(3000);
});
