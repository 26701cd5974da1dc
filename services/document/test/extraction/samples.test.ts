import { existsSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { createLogger } from '@contract-reviewer/platform/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sniffContentType, sniffedBytes } from '../../src/extraction/content-type.ts';
import { defaultExtractionLimits } from '../../src/extraction/extraction-limits.ts';
import { confirmWordDocument } from '../../src/extraction/word-archive.ts';
import { WorkerExtractor } from '../../src/extraction/worker-extractor.ts';

/** Contracts of others, which stand beside the repository where they may be used. */
const samples = new URL('../../../../../shared/samples/', import.meta.url);

describe.skipIf(!existsSync(samples))('contracts as they are met in practice', async () => {
  const filenames = existsSync(samples) ? (await readdir(samples)).filter((filename) => filename !== 'README.md') : [];
  let extractor: WorkerExtractor;
  beforeAll(() => {
    extractor = new WorkerExtractor({ logger: createLogger({ service: 'document', level: 'silent' }) });
  });
  afterAll(() => extractor[Symbol.asyncDispose]());

  test.each(filenames)('%s is read', async (filename) => {
    const path = new URL(encodeURIComponent(filename), samples).pathname;
    const contentType = sniffContentType(await headOf(path), filename);
    if (filename.endsWith('.docx')) await confirmWordDocument(path, defaultExtractionLimits.archive);
    const outcome = await extractor.extract({ path, contentType }, { signal: new AbortController().signal });
    if (outcome.status !== 'ready') throw new Error(`${outcome.status}: ${outcome.reason}`);

    expect(outcome.charCount).toBeGreaterThan(1_000);
    expect(outcome.text).toMatch(/agreement|cover page/i);
    expect(outcome.text).toMatch(/\b(party|parties|company|employee)\b/i);
    expect(outcome.text).not.toContain('\ufffd');
    const words = outcome.text.match(/\p{L}{2,}/gu) ?? [];
    expect(words.join('').length).toBeGreaterThan(outcome.charCount * 0.5);
    expect(outcome.pages.at(-1)?.end).toBe(outcome.charCount);
  });
});

async function headOf(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
  return buffer.subarray(0, bytesRead);
}
