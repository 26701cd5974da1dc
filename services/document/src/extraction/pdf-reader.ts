import { getResolvedPDFJS } from 'unpdf';
import { codePointCount, separatePages } from './page-map.ts';
import { linesOf, type TextRun } from './pdf-lines.ts';
import { paragraphsOf } from './pdf-paragraphs.ts';
import type { Reading, TextBudget } from './reading.ts';
import { toStorableText } from './storable-text.ts';
import { UnreadableError } from './unreadable-error.ts';

type Pdfjs = Awaited<ReturnType<typeof getResolvedPDFJS>>;
type PdfDocument = Awaited<ReturnType<Pdfjs['getDocument']>['promise']>;
type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>;

/** Stamps and numbers that e-signature services print on scanned pages stay below this; a page of text does not. */
const fewestLettersOfATextPage = 100;

/**
 * Reads a PDF page by page, each in the order in which its author wrote it.
 *
 * @param bytes taken over: they are empty afterwards
 *
 * @throws {UnreadableError} `encrypted`, `damaged` or `too_large`.
 */
export async function readPdf(bytes: Buffer<ArrayBuffer>, budget: TextBudget): Promise<Reading> {
  const hasPictures = containsPictures(bytes);
  const pdfjs = await getResolvedPDFJS();
  const document = await open(pdfjs, bytes);
  try {
    budget.checkPages(document.numPages);
    const pages: string[] = [];
    for (let number = 1; number <= document.numPages; number++) {
      const text = toStorableText(await readPage(pdfjs, document, number));
      budget.addChars(codePointCount(text));
      pages.push(text);
    }
    return isScan(pages, hasPictures)
      ? { kind: 'scan', pageCount: pages.length }
      : { kind: 'text', pages: separatePages(pages) };
  } finally {
    await document.loadingTask.destroy();
  }
}

async function open(pdfjs: Pdfjs, bytes: Uint8Array<ArrayBuffer>): Promise<PdfDocument> {
  const task = pdfjs.getDocument({
    data: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    // Only text is wanted: no fonts are drawn, no forms rendered, and nothing is loaded from anywhere.
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  try {
    return await task.promise;
  } catch (error) {
    await task.destroy();
    throw error instanceof pdfjs.PasswordException
      ? new UnreadableError(
          'encrypted',
          'The PDF is protected with a password. Remove the password and upload it again.',
        )
      : damaged(error);
  }
}

async function readPage(pdfjs: Pdfjs, document: PdfDocument, number: number): Promise<string> {
  let runs: TextRun[];
  try {
    const page = await document.getPage(number);
    runs = await textRuns(pdfjs, page);
    page.cleanup();
  } catch (error) {
    throw damaged(error);
  }
  return paragraphsOf(linesOf(runs));
}

function damaged(cause: unknown): UnreadableError {
  return new UnreadableError('damaged', 'The PDF is damaged or incomplete. Export it again and upload the new file.', {
    cause,
  });
}

async function textRuns(pdfjs: Pdfjs, page: PdfPage): Promise<TextRun[]> {
  // Upright, however the page is rotated.
  const viewport = page.getViewport({ scale: 1 });
  const { items } = await page.getTextContent();
  return items
    .filter((item) => 'str' in item)
    .map((item) => {
      const [, , skewX, scaleY, x, y] = pdfjs.Util.transform(viewport.transform, item.transform) as number[];
      return { text: item.str, x: x ?? 0, y: y ?? 0, width: item.width, fontSize: Math.hypot(skewX ?? 0, scaleY ?? 0) };
    });
}

/** The dictionaries of pictures stand uncompressed in the file. */
function containsPictures(bytes: Buffer): boolean {
  return bytes.includes('/Subtype /Image') || bytes.includes('/Subtype/Image');
}

function isScan(pages: readonly string[], hasPictures: boolean): boolean {
  const fewest = hasPictures ? fewestLettersOfATextPage : 1;
  const textPages = pages.filter((page) => (page.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= fewest);
  return textPages.length * 2 < pages.length || textPages.length === 0;
}
