import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultExtractionLimits } from '../../src/extraction/extraction-limits.ts';
import { UnsupportedContentError } from '../../src/extraction/unsupported-content-error.ts';
import { confirmWordDocument, readWordParts } from '../../src/extraction/word-archive.ts';
import { documentXml, paragraph, part, wordDocument, wordParts } from './word-document.ts';
import { type ZipEntrySpec, zipArchive } from './zip-archive.ts';

const limits = defaultExtractionLimits.archive;

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

async function stored(bytes: Buffer): Promise<string> {
  const path = join(directory.path, randomUUID());
  await writeFile(path, bytes);
  return path;
}

describe('an archive is a Word document when it has the parts of one', () => {
  test('a Word document is confirmed', async () => {
    await confirmWordDocument(await stored(wordDocument(documentXml(paragraph('Agreement')))), limits);
  });

  test('one that Word Online wrote is confirmed', async () => {
    const [types, relationships] = wordParts('') as [ZipEntrySpec, ZipEntrySpec];
    const archive = zipArchive([types, relationships, part('word/document2.xml', documentXml(''))]);
    await confirmWordDocument(await stored(archive), limits);
  });

  test.each<[string, ZipEntrySpec[], RegExp]>([
    ['a workbook', [part('[Content_Types].xml', ''), part('xl/workbook.xml', '')], /an Excel workbook.*Save it as PDF/],
    ['slides', [part('[Content_Types].xml', ''), part('ppt/presentation.xml', '')], /a PowerPoint presentation/],
    ['an OpenDocument text', [part('mimetype', ''), part('content.xml', '')], /an OpenDocument file/],
    ['other files', [part('contract.pdf', '%PDF-1.7')], /a ZIP archive.*Upload the files in it/],
    ['a main part without the table of types', [part('word/document.xml', documentXml(''))], /a ZIP archive/],
  ])('%s: refused', async (_what, entries, message) => {
    const confirming = confirmWordDocument(await stored(zipArchive(entries)), limits);
    await expect(confirming).rejects.toThrow(UnsupportedContentError);
    await expect(confirming).rejects.toThrow(message);
  });

  test('an archive that cannot be read is damaged', async () => {
    const half = wordDocument(documentXml(paragraph('Agreement'))).subarray(0, 400);
    await expect(confirmWordDocument(await stored(half), limits)).rejects.toMatchObject({ reason: 'damaged' });
  });
});

describe('XML that declares anything is refused', () => {
  test.each([
    ['a document type', '<!DOCTYPE w:document SYSTEM "http://127.0.0.1/evil.dtd">'],
    ['entities', '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'],
    ['a document type in lower case', '<!doctype d>'],
  ])('%s in the main part', async (_what, prolog) => {
    const document = wordDocument(documentXml(paragraph('Agreement'), prolog));
    await expect(readWordParts(document, limits)).rejects.toMatchObject({ reason: 'unsafe_xml' });
  });

  test('in any other part', async () => {
    const styles = part('word/styles.xml', '<!DOCTYPE s SYSTEM "file:///etc/passwd"><s/>');
    const document = wordDocument(documentXml(paragraph('Agreement')), [styles]);
    await expect(readWordParts(document, limits)).rejects.toMatchObject({ reason: 'unsafe_xml' });
  });
});

test('only the XML parts leave the archive', async () => {
  const picture = { name: 'word/media/image1.png', data: Buffer.from('picture') };
  const document = wordDocument(documentXml(paragraph('Agreement')), [picture]);
  expect([...(await readWordParts(document, limits)).keys()]).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'word/document.xml',
  ]);
});

test('more XML than fits into memory is too large, before it is unpacked', async () => {
  const styles = { name: 'word/styles.xml', data: randomBytes(17 * 1024 * 1024) };
  const document = wordDocument(documentXml(paragraph('Agreement')), [styles]);
  const roomy = { ...limits, maxEntryBytes: 2 ** 30, maxTotalBytes: 2 ** 30 };
  await expect(readWordParts(document, roomy)).rejects.toMatchObject({ reason: 'too_large' });
});
