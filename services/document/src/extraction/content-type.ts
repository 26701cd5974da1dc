import type { ContentType } from '../domain/document.ts';
import { foreignBinary, foreignMarkup } from './file-signatures.ts';
import { decodeText } from './text-encoding.ts';
import { UnsupportedContentError } from './unsupported-content-error.ts';

/** How many bytes of a file's beginning `sniffContentType` wants to see; a shorter file is seen whole. */
export const sniffedBytes = 4096;

/** A PDF may begin with up to this many bytes of something else (ISO 32000-1, annex H, note 13). */
const pdfHeaderWithin = 1024;

/**
 * Decides what a file is by its first `sniffedBytes` bytes; no parser sees it. The name only tells Markdown from plain
 * text. A ZIP archive counts as a Word document until `confirmWordDocument` has seen the whole file.
 *
 * @throws {UnsupportedContentError} when it is empty or none of the accepted kinds.
 */
export function sniffContentType(head: Uint8Array, filename: string): ContentType {
  if (head.length === 0) throw new UnsupportedContentError('empty');

  const text = decodeText(head, { partial: head.length >= sniffedBytes });
  const isText = text !== undefined && !hasBinaryControls(text);
  const foreign = isText ? foreignMarkup(text) : foreignBinary(head);
  if (foreign) throw new UnsupportedContentError(foreign.name, foreign.hint);

  if (Buffer.from(head.subarray(0, pdfHeaderWithin)).includes('%PDF-')) return 'application/pdf';
  if (startsLikeZip(head)) return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  if (isText) return /\.(?:md|markdown)$/i.test(filename) ? 'text/markdown' : 'text/plain';

  throw text === undefined && !head.includes(0)
    ? new UnsupportedContentError('text in an encoding other than UTF-8, or not text at all', 'Save text as UTF-8. ')
    : new UnsupportedContentError('of an unknown kind');
}

function startsLikeZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;
}

/** Text has tabs, line ends and page feeds; the other C0 control characters are signs of a binary file. */
function hasBinaryControls(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 && !(code >= 0x09 && code <= 0x0d)) return true;
  }
  return false;
}
