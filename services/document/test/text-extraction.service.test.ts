import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pdfDocument, scannedPage, textPage } from './extraction/pdf-document.ts';
import { documentXml, paragraph, wordDocument, wordParts } from './extraction/word-document.ts';
import { zipArchive } from './extraction/zip-archive.ts';
import { sha256 } from './sample-documents.ts';
import { type ServiceStack, startDocumentService, upload } from './service-stack.ts';

let service: ServiceStack;
let owner: { authorization: string };

beforeAll(async () => {
  service = await startDocumentService();
  owner = await service.sessions.newUser();
});
afterAll(() => service[Symbol.asyncDispose]());

const wait = { seconds: 15n, nanos: 0 };
const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** What is in the pages of a text, by code points. */
function pageTexts({ text, pages }: { text: string; pages: { start: number; end: number }[] }): string[] {
  const points = [...text];
  return pages.map(({ start, end }) => points.slice(start, end).join(''));
}

describe('a file that was uploaded', () => {
  const sentence = 'The tenant pays the rent on the first of each month.';

  it.each<[string, () => Promise<Buffer> | Buffer, string, string]>([
    ['PDF', () => pdfDocument([textPage(sentence)]), 'lease.pdf', 'application/pdf'],
    ['Word', () => wordDocument(documentXml(paragraph(sentence))), 'lease.docx', word],
    ['plain text', () => Buffer.from(sentence), 'lease.txt', 'text/plain'],
    ['Markdown', () => Buffer.from(sentence), 'lease.md', 'text/markdown'],
    ['a PDF that is named like a Word document', () => pdfDocument([textPage(sentence)]), 'a.docx', 'application/pdf'],
  ])('of %s ends with its text', async (_, content, filename, contentType) => {
    const document = await upload(service.client, await content(), owner, { filename });
    expect(document).toMatchObject({ contentType, status: 'uploaded' });
    const { documentId } = document;
    const { text, pages, textSha256 } = await service.client.getDocumentText({ documentId, wait }, owner);
    expect(text.trim()).toBe(sentence);
    expect(textSha256).toBe(sha256(text));
    expect(pageTexts({ text, pages }).join('')).toBe(text);
    const ready = await service.client.getDocument({ documentId }, owner);
    expect(ready.document).toMatchObject({ status: 'ready', pageCount: 1, charCount: [...text].length });
    // uploaded, extracting, ready: three versions.
    expect(ready.document?.version).toBe(3);
  });

  it('tells where each page begins and ends', async () => {
    const content = await pdfDocument([textPage('First page.'), textPage('Second page.')]);
    const { documentId } = await upload(service.client, content, owner, { filename: 'two.pdf' });
    const answer = await service.client.getDocumentText({ documentId, wait }, owner);
    expect(pageTexts(answer).map((page) => page.trim())).toEqual(['First page.', 'Second page.']);
  });

  it('ends as needs_ocr if its pages are pictures', async () => {
    const { documentId } = await upload(service.client, await pdfDocument([scannedPage()]), owner);
    await expect(service.client.getDocumentText({ documentId, wait }, owner)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'DOCUMENT_NEEDS_OCR',
      metadata: { status_reason: 'scanned' },
    });
    const { document } = await service.client.getDocument({ documentId }, owner);
    expect(document).toMatchObject({ status: 'needs_ocr', pageCount: 1, statusReason: { reason: 'scanned' } });
  });

  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['is a PDF with a password', () => pdfDocument([textPage(sentence)], { userPassword: 'secret' }), 'encrypted'],
    [
      'is a Word document cut in half',
      () => wordDocument(documentXml(paragraph(sentence))).subarray(0, 300),
      'damaged',
    ],
    ['breaks off after its first bytes', () => Buffer.from('%PDF-1.7\n%âãÏÓ\n'), 'damaged'],
  ])('ends as unreadable if it %s, with the reason', async (_, content, reason) => {
    const { documentId } = await upload(service.client, await content(), owner);
    const refused = service.client.getDocumentText({ documentId, wait }, owner);
    await expect(refused).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'DOCUMENT_UNREADABLE',
      metadata: { status_reason: reason },
    });
    const access = await service.client.checkDocumentAccess({ documentId, permission: 'analyze' }, owner);
    expect(access).toMatchObject({ status: 'unreadable', statusReason: { reason }, textSha256: '' });
  });

  it.each<[string, () => Buffer]>([
    [
      'is an archive that lies about its content',
      () =>
        zipArchive(
          wordParts(documentXml(paragraph(sentence))).map((part) => ({ ...part, localName: 'something else' })),
        ),
    ],
    [
      'unpacks to far more than it is',
      () => wordDocument(documentXml(paragraph(sentence)), [{ name: 'word/bomb.xml', data: Buffer.alloc(50_000_000) }]),
    ],
  ])('is refused before a parser sees it if it %s', async (_, content) => {
    await expect(upload(service.client, content(), owner)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'DANGEROUS_FILE',
    });
  });

  it('says at once that its text is not there yet, when nobody waits for it', async () => {
    const pages = Array.from({ length: 200 }, (_, index) => textPage(`Page ${index}. ${sentence.repeat(20)}`));
    const { documentId } = await upload(service.client, await pdfDocument(pages), owner);
    await expect(service.client.getDocumentText({ documentId }, owner)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'TEXT_NOT_READY',
      retryAfterMs: 1000,
    });
    expect((await service.client.getDocumentText({ documentId, wait }, owner)).pages).toHaveLength(200);
  });
});
