import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createLogger } from '@contract-reviewer/platform/log';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContentType } from '../../src/domain/document.ts';
import { defaultExtractionLimits, type ExtractionLimits } from '../../src/extraction/extraction-limits.ts';
import {
  type ExtractionOutcome,
  ExtractorBusyError,
  ExtractorClosedError,
  type ReadyOutcome,
  type StoredFile,
} from '../../src/extraction/extractor.ts';
import { WorkerExtractor } from '../../src/extraction/worker-extractor.ts';
import { pdfBomb, pdfDocument, scannedPage, textPage } from './pdf-document.ts';
import { documentXml, paragraph, part, relationships, wordDocument } from './word-document.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const logger = createLogger({ service: 'document', level: 'silent' });
/** Enough that a bomb goes on unpacking until something else ends it. */
const roomy = 4_096;
const clause = 'The Supplier shall deliver the Services with the care of a diligent professional. ';

let directory: TemporaryDirectory;
let extractor: WorkerExtractor;

beforeAll(async () => {
  directory = await temporaryDirectory();
  extractor = new WorkerExtractor({ logger });
});

afterAll(async () => {
  await extractor[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

async function stored(contentType: ContentType, content: string | Uint8Array): Promise<StoredFile> {
  const path = join(directory.path, randomUUID());
  await writeFile(path, content);
  return { path, contentType };
}

function extract(file: StoredFile, signal = new AbortController().signal): Promise<ExtractionOutcome> {
  return extractor.extract(file, { signal });
}

async function extractContent(contentType: ContentType, content: string | Uint8Array): Promise<ExtractionOutcome> {
  return extract(await stored(contentType, content));
}

async function ready(outcome: Promise<ExtractionOutcome>): Promise<ReadyOutcome> {
  const settled = await outcome;
  if (settled.status !== 'ready') throw new Error(`expected text, got ${settled.status}: ${settled.reason}`);
  return settled;
}

function pageTexts({ text, pages }: ReadyOutcome): string[] {
  const codePoints = Array.from(text);
  return pages.map(({ start, end }) => codePoints.slice(start, end).join('').trimEnd());
}

function bounded(limits: Partial<ExtractionLimits>): WorkerExtractor {
  return new WorkerExtractor({ logger, limits: { concurrency: 1, ...limits } });
}

describe('PDF', () => {
  test('each page is a range of the text', async () => {
    const pages = ['First page.', '', 'Third page, on “terms”.'];
    const outcome = await ready(extractContent('application/pdf', await pdfDocument(pages.map(textPage))));
    expect(pageTexts(outcome)).toEqual(pages);
    expect(outcome.charCount).toBe(Array.from(outcome.text).length);
  });

  test('clauses and headings stay on lines of their own, and wrapped lines are put together', async () => {
    const pdf = await pdfDocument([
      (page) => {
        page.fontSize(14).text('1. SERVICES').fontSize(11).text(clause.repeat(3)).moveDown();
        page.text(`2.1 ${clause.repeat(2)}`).text(`2.2 ${clause.repeat(2)}`);
      },
    ]);
    const { text } = await ready(extractContent('application/pdf', pdf));
    expect(text.split(/\n+/)).toEqual([
      '1. SERVICES',
      clause.repeat(3).trim(),
      `2.1 ${clause.repeat(2)}`.trim(),
      `2.2 ${clause.repeat(2)}`.trim(),
    ]);
  });

  test('a page that is rotated reads as it is seen', async () => {
    const pdf = await pdfDocument([
      (page) => {
        Object.assign(page.page.dictionary.data, { Rotate: 90 });
        page.rotate(-90, { origin: [0, 0] }).text(`${clause}\nGoverning law`, -700, 100, { width: 600 });
      },
    ]);
    const { text } = await ready(extractContent('application/pdf', pdf));
    expect(text).toBe(`${clause.trim()}\nGoverning law`);
  });

  test.each([
    ['pictures alone', ''],
    ['pictures with the stamp of an e-signature service', `Envelope ID: ${'8A4B6C1D'.repeat(4)} Page 1 of 12`],
  ])('%s need OCR', async (_what, stamp) => {
    const pdf = await pdfDocument([scannedPage(stamp), scannedPage(stamp), textPage(clause.repeat(4))]);
    const outcome = await extractContent('application/pdf', pdf);
    expect(outcome).toMatchObject({
      status: 'needs_ocr',
      pages: 3,
      reason: 'scanned',
      message: expect.stringMatching(/OCR/),
    });
  });

  test('a contract with a scanned signature page is read', async () => {
    const text = textPage(clause.repeat(4));
    const outcome = await ready(extractContent('application/pdf', await pdfDocument([text, text, scannedPage()])));
    expect(pageTexts(outcome)[2]).toBe('');
  });

  test('a password that is needed to open it makes it unreadable', async () => {
    const pdf = await pdfDocument([textPage(clause)], { userPassword: 'secret', pdfVersion: '1.7ext3' });
    const outcome = await extractContent('application/pdf', pdf);
    expect(outcome).toMatchObject({
      status: 'unreadable',
      reason: 'encrypted',
      message: expect.stringMatching(/password/),
    });
  });

  test('a password that only limits what may be done with it does not', async () => {
    const pdf = await pdfDocument([textPage(clause)], { ownerPassword: 'secret', permissions: { copying: false } });
    expect((await ready(extractContent('application/pdf', pdf))).text).toBe(clause.trim());
  });

  test.each([0.1, 0.5, 0.9])('cut off at %d of its length, it is damaged', async (share) => {
    const pdf = await pdfDocument([textPage(clause), textPage(clause)]);
    const outcome = await extractContent('application/pdf', pdf.subarray(0, pdf.length * share));
    expect(outcome).toMatchObject({
      status: 'unreadable',
      reason: 'damaged',
      message: expect.stringMatching(/damaged or incomplete/),
    });
  });

  test('a header without a document is damaged', async () => {
    const outcome = await extractContent('application/pdf', '%PDF-1.7\nnothing here');
    expect(outcome).toMatchObject({ status: 'unreadable', reason: 'damaged' });
  });
});

describe('Word', () => {
  test('paragraphs are lines, page breaks start pages', async () => {
    const pageBreak = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>';
    const body = `${paragraph('1. Term')}${paragraph('Two years.')}${pageBreak}${paragraph('Schedule 𝄞')}`;
    const outcome = await ready(extractContent(docx, wordDocument(documentXml(body))));
    expect(pageTexts(outcome)).toEqual(['1. Term\n\nTwo years.', 'Schedule 𝄞']);
  });

  test('without page breaks, pages are about as long as printed ones', async () => {
    const body = paragraph(clause.repeat(5)).repeat(40);
    const outcome = await ready(extractContent(docx, wordDocument(documentXml(body))));
    expect(outcome.pages.length).toBeGreaterThan(4);
    for (const page of pageTexts(outcome)) expect(page.startsWith('The Supplier')).toBe(true);
  });

  test('characters that only steer line breaks do not hide words', async () => {
    const body = `${paragraph('Section\u00a05 non\u2011compete')}<w:p><w:r><w:t>inter</w:t><w:softHyphen/><w:t>national</w:t></w:r></w:p>`;
    const { text } = await ready(extractContent(docx, wordDocument(documentXml(body))));
    expect(text).toBe('Section 5 non-compete\n\ninternational');
  });

  test('nothing that it refers to is fetched', async () => {
    await using server = await countingServer();
    const image =
      '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:link="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>';
    const links = ['image', 'attachedTemplate', 'hyperlink', 'styles', 'footnotes', 'numbering'].map(
      (kind, index) =>
        `<Relationship Id="rId${9 + index}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${kind}" Target="${server.url}${kind}" TargetMode="External"/>`,
    );
    const document = wordDocument(documentXml(`${paragraph('Agreement')}${image}`), [
      part('word/_rels/document.xml.rels', relationships(links.join(''))),
    ]);
    expect((await ready(extractContent(docx, document))).text).toBe('Agreement');
    expect(server.requests()).toBe(0);
  });

  test('one that holds nothing but a picture needs OCR', async () => {
    const image =
      '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata r:id="rId9"/></v:shape></w:pict></w:r></w:p>';
    const relationship =
      '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/image1.png"/>';
    const document = wordDocument(documentXml(image), [
      part('word/_rels/document.xml.rels', relationships(relationship)),
      { name: 'word/media/image1.png', data: Buffer.from('picture') },
    ]);
    expect(await extractContent(docx, document)).toMatchObject({ status: 'needs_ocr', pages: 1 });
  });

  test.each<[string, Buffer, string]>([
    ['broken XML', wordDocument('<?xml version="1.0"?><w:document><w:body>'), 'damaged'],
    ['another root', wordDocument('<?xml version="1.0"?><html/>'), 'damaged'],
    ['half a file', wordDocument(documentXml(paragraph(clause))).subarray(0, 500), 'damaged'],
    ['a document type', wordDocument(documentXml(paragraph('&a;'), '<!DOCTYPE d [<!ENTITY a "b">]>')), 'unsafe_xml'],
    [
      'a bomb beside the document',
      wordDocument(documentXml(paragraph(clause)), [
        { name: 'word/media/a.bin', data: Buffer.alloc(64 * 1024 * 1024) },
      ]),
      'unsafe_archive',
    ],
    ['no text', wordDocument(documentXml('<w:p/>')), 'no_text'],
    ['elements nested past any stack', wordDocument(documentXml(nested(20_000))), 'damaged'],
  ])('%s is unreadable', async (_what, document, reason) => {
    expect(await extractContent(docx, document)).toMatchObject({ status: 'unreadable', reason });
  });
});

function nested(depth: number): string {
  return `${'<w:sdt><w:sdtContent>'.repeat(depth)}${paragraph('x')}${'</w:sdtContent></w:sdt>'.repeat(depth)}`;
}

/** Paragraphs that hardly compress, so that no limit of the archive is in the way. */
function varied(count: number): string {
  return Array.from({ length: count }, () => paragraph(randomUUID())).join('');
}

describe('text', () => {
  test.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from('Agreement “A”\r\n\r\n\tTerm 𝄞\r\n')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffAgreement “A”\n\n\tTerm 𝄞\n')],
    ['UTF-16', Buffer.from('\ufeffAgreement “A”\r\n\r\n\tTerm 𝄞\r\n', 'utf16le')],
    ['UTF-16 of the other byte order', Buffer.from('\ufeffAgreement “A”\n\n\tTerm 𝄞\n', 'utf16le').swap16()],
  ])('%s is read as it is written, with line feeds as line ends', async (_what, bytes) => {
    const outcome = await ready(extractContent('text/plain', bytes));
    expect(outcome).toMatchObject({ text: 'Agreement “A”\n\n\tTerm 𝄞\n', charCount: 23 });
    expect(outcome.pages).toEqual([{ page: 1, start: 0, end: 23 }]);
  });

  test('Markdown is read without its HTML tags, and plain text with whatever looks like one', async () => {
    const written = '1. <span id="1">Term.</span> One year.\n';
    await expect(ready(extractContent('text/markdown', written))).resolves.toMatchObject({
      text: '1. Term. One year.\n',
    });
    await expect(ready(extractContent('text/plain', written))).resolves.toMatchObject({ text: written });
  });

  test('the hash is that of the text in UTF-8', async () => {
    const { textSha256 } = await ready(extractContent('text/markdown', 'abc'));
    expect(textSha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('form feeds are page breaks', async () => {
    const outcome = await ready(extractContent('text/plain', 'One.\n\fTwo.\n\f\fFour.\n\f'));
    expect(pageTexts(outcome)).toEqual(['One.', 'Two.', '', 'Four.']);
  });

  test.each<[string, Uint8Array, string]>([
    [
      'a byte that is not UTF-8 behind the first ones',
      Buffer.from(`${'a'.repeat(10_000)}\xff`, 'latin1'),
      'wrong_encoding',
    ],
    ['half a character at the end', Buffer.from('Agreement é').subarray(0, -1), 'wrong_encoding'],
    ['blank lines alone', Buffer.from('\n \n\t\n'), 'no_text'],
  ])('%s: unreadable', async (_what, bytes, reason) => {
    expect(await extractContent('text/plain', bytes)).toMatchObject({ status: 'unreadable', reason });
  });
});

describe('bounds', () => {
  test('more text than the limit is too large, in every format', async () => {
    await using small = bounded({ text: { ...defaultExtractionLimits.text, maxChars: 100 } });
    const files = [
      await stored('text/plain', 'x'.repeat(101)),
      await stored(docx, wordDocument(documentXml(paragraph('x'.repeat(101))))),
      await stored('application/pdf', await pdfDocument([textPage(clause), textPage(clause)])),
    ];
    for (const file of files) {
      const outcome = await small.extract(file, { signal: new AbortController().signal });
      expect(outcome).toMatchObject({
        status: 'unreadable',
        reason: 'too_large',
        message: expect.stringMatching(/100 characters/),
      });
    }
    const fitting = await stored('text/plain', '𝄞'.repeat(100));
    expect(await small.extract(fitting, { signal: new AbortController().signal })).toMatchObject({ status: 'ready' });
  });

  describe('a small PDF that unpacks to far more', () => {
    let bomb: StoredFile;
    beforeAll(async () => {
      bomb = await stored('application/pdf', await pdfBomb(400));
    });

    test('is ended when its buffers pass the limit, and the next document is read', async () => {
      await using small = bounded({ memoryMb: 64 });
      const outcome = await small.extract(bomb, { signal: new AbortController().signal });
      expect(outcome).toMatchObject({
        status: 'unreadable',
        reason: 'out_of_memory',
        message: expect.stringMatching(/too much memory/),
      });
      const next = await stored('text/plain', 'Agreement');
      expect(await small.extract(next, { signal: new AbortController().signal })).toMatchObject({ status: 'ready' });
    });

    test('is ended when its time is up, and the next document is read', async () => {
      await using hasty = bounded({ timeoutMs: 1_500, memoryMb: roomy });
      const next = await stored('text/plain', 'Agreement');
      await hasty.extract(next, { signal: new AbortController().signal });
      const [outcome, waiting] = await Promise.all([
        hasty.extract(bomb, { signal: new AbortController().signal }),
        hasty.extract(next, { signal: new AbortController().signal }),
      ]);
      expect(outcome).toMatchObject({
        status: 'unreadable',
        reason: 'timed_out',
        message: expect.stringMatching(/too long/),
      });
      expect(waiting).toMatchObject({ status: 'ready' });
    });

    test('is ended at once when the caller gives up', async () => {
      await using cancelled = bounded({ memoryMb: roomy });
      const caller = new AbortController();
      const extraction = cancelled.extract(bomb, { signal: caller.signal });
      setTimeout(() => caller.abort(new Error('no longer wanted')), 500);
      await expect(extraction).rejects.toThrow('no longer wanted');
    });

    test('is ended when the extractor is closed, and nothing is read after that', async () => {
      const closing = bounded({ memoryMb: roomy });
      const next = await stored('text/plain', 'Agreement');
      const running = closing.extract(bomb, { signal: new AbortController().signal });
      const waiting = closing.extract(next, { signal: new AbortController().signal });
      const settled = Promise.allSettled([running, waiting]);
      await closing[Symbol.asyncDispose]();
      const closed = { status: 'rejected', reason: expect.any(ExtractorClosedError) };
      expect(await settled).toEqual([closed, closed]);
      await expect(closing.extract(next, { signal: new AbortController().signal })).rejects.toThrow(
        ExtractorClosedError,
      );
    });

    test('keeps no more waiting than the limit', async () => {
      await using busy = bounded({ maxWaiting: 1, memoryMb: roomy });
      const next = await stored('text/plain', 'Agreement');
      const caller = new AbortController();
      const running = busy.extract(bomb, { signal: caller.signal });
      const waiting = busy.extract(next, { signal: new AbortController().signal });
      const refused = busy.extract(next, { signal: new AbortController().signal });
      await expect(refused).rejects.toThrow(ExtractorBusyError);
      caller.abort(new Error('no longer wanted'));
      await expect(running).rejects.toThrow('no longer wanted');
      expect(await waiting).toMatchObject({ status: 'ready' });
    });
  });

  describe.runIf(process.platform === 'linux')('a PDF of 60 pages', () => {
    const timeToBeginWith = 600;
    let contract: StoredFile;
    beforeAll(async () => {
      const pages = Array.from({ length: 60 }, () => textPage(clause.repeat(60)));
      contract = await stored('application/pdf', await pdfDocument(pages));
    });

    async function readWith(cpu: ExtractionLimits['cpu']): Promise<ExtractionOutcome> {
      await using extractor = bounded({ cpu });
      return await extractor.extract(contract, { signal: new AbortController().signal });
    }

    test('is ended when its processor time is up', async () => {
      const outcome = await readWith({ baseMs: 100, msPer1000Chars: 0 });
      expect(outcome).toMatchObject({ status: 'unreadable', reason: 'timed_out' });
    });

    test('earns time with its text', async () => {
      const outcome = await readWith({ baseMs: timeToBeginWith, msPer1000Chars: 50 });
      expect(outcome).toMatchObject({ status: 'ready' });
    });
  });

  test('one page many times over is too large for its file', async () => {
    await using strict = bounded({ text: { ...defaultExtractionLimits.text, maxCharsPerByte: 0.1 } });
    const pages = Array.from({ length: 70 }, () => textPage(clause.repeat(60)));
    const file = await stored('application/pdf', await pdfDocument(pages));
    const outcome = await strict.extract(file, { signal: new AbortController().signal });
    expect(outcome).toMatchObject({ status: 'unreadable', reason: 'too_large' });
  });

  test('more pages than the limit are too large, in every format', async () => {
    await using small = bounded({ text: { ...defaultExtractionLimits.text, maxPages: 2 } });
    const pageBreak = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>';
    const files = [
      await stored('text/plain', 'a\fb\fc'),
      await stored(docx, wordDocument(documentXml([1, 2, 3].map((n) => paragraph(`${n}`)).join(pageBreak)))),
      await stored('application/pdf', await pdfDocument([textPage('a'), textPage('b'), textPage('c')])),
    ];
    for (const file of files) {
      const outcome = await small.extract(file, { signal: new AbortController().signal });
      expect(outcome).toMatchObject({ reason: 'too_large', message: expect.stringMatching(/2 pages/) });
    }
  });

  test('a document that fills the heap is ended, and the next one is read', async () => {
    await using small = bounded({ memoryMb: 48 });
    const large = await stored(docx, wordDocument(documentXml(varied(60_000))));
    const outcome = await small.extract(large, { signal: new AbortController().signal });
    expect(outcome).toMatchObject({ status: 'unreadable', reason: 'out_of_memory' });
    const next = await stored('text/plain', 'Agreement');
    expect(await small.extract(next, { signal: new AbortController().signal })).toMatchObject({ status: 'ready' });
  });
});

test('a file that is not there is a fault of the system', async () => {
  const file: StoredFile = { path: join(directory.path, 'absent'), contentType: 'application/pdf' };
  await expect(extract(file)).rejects.toThrow('ENOENT');
});

test('the event loop of the service stays free while a PDF of 300 pages is read', async () => {
  const pages = Array.from({ length: 300 }, (_, index) => textPage(`Clause ${index + 1}. ${clause.repeat(40)}`));
  const file = await stored('application/pdf', await pdfDocument(pages));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const outcome = await ready(extract(file));
  delay.disable();
  expect(outcome.pages).toHaveLength(300);
  expect(pageTexts(outcome)[299]).toMatch(/^Clause 300\. /);
  expect(delay.percentile(99) / 1e6).toBeLessThan(50);
  expect(delay.max / 1e6).toBeLessThan(200);
});

interface CountingServer extends AsyncDisposable {
  url: string;
  requests(): number;
}

async function countingServer(): Promise<CountingServer> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.end();
  });
  server.on('connection', () => requests++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests: () => requests,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
