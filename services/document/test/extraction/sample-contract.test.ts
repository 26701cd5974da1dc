import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@contract-reviewer/platform/log';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContentType } from '../../src/domain/document.ts';
import type { ReadyOutcome } from '../../src/extraction/extractor.ts';
import { WorkerExtractor } from '../../src/extraction/worker-extractor.ts';

/** The contract that the repository ships in three formats. */
const contract = new URL('../../../../tools/samples/master-services-agreement', import.meta.url);

let extractor: WorkerExtractor;
let paragraphs: string[];

beforeAll(async () => {
  extractor = new WorkerExtractor({ logger: createLogger({ service: 'document', level: 'silent' }) });
  const markdown = await readFile(`${fileURLToPath(contract)}.md`, 'utf8');
  paragraphs = markdown
    .split('\n\n')
    .filter((block) => !block.startsWith('|'))
    .map((block) => block.replace(/^#+ /, '').replaceAll('**', '').trim());
});
afterAll(() => extractor[Symbol.asyncDispose]());

async function read(extension: string, contentType: ContentType): Promise<ReadyOutcome> {
  const file = { path: `${fileURLToPath(contract)}.${extension}`, contentType };
  const outcome = await extractor.extract(file, { signal: new AbortController().signal });
  if (outcome.status !== 'ready') throw new Error(`${outcome.status}: ${outcome.reason}`);
  return outcome;
}

test('every paragraph of the Word file is a line', async () => {
  const { text } = await read('docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document');
  const lines = new Set(text.split('\n'));
  expect(paragraphs.filter((paragraph) => !lines.has(paragraph))).toEqual([]);
  expect(lines).toContain('First, from April 1, 2026\t$360,000\tApril 15, 2026');
});

test('every paragraph of the PDF that does not run over a page is a line', async () => {
  const { text, pages } = await read('pdf', 'application/pdf');
  const lines = new Set(text.split('\n'));
  const broken = paragraphs.filter((paragraph) => !lines.has(paragraph));
  expect(broken.length).toBeLessThan(pages.length);
  // What runs over a page is whole but for the foot of the page.
  const withoutFeet = text.replace(/\n+Master Services Agreement \| Page \d+ of \d+\n+/g, ' ');
  expect(broken.filter((paragraph) => !withoutFeet.includes(paragraph))).toEqual([]);
  expect(lines).toContain('First, from April 1, 2026 $360,000 April 15, 2026');
});
