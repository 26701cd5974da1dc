import type { DocumentText } from '../../documents/documents.ts';
import { indexCodePoints } from '../../engine/builtin/text/code-points.ts';
import { legibleRun } from '../legible.ts';
import { type Markup, markup } from '../markup.ts';
import type { Annotation } from './annotations.ts';
import { CommentEdges } from './comment-edges.ts';
import { type ContractParagraph, contractParagraphs } from './contract-text.ts';

/** The contract as paragraphs of WordprocessingML, with the edges of each comment at the very characters that it is about. */
export function contractBody({ text, pages }: DocumentText, annotations: readonly Annotation[]): Markup[] {
  const codePoints = indexCodePoints(text);
  const edges = new CommentEdges(
    annotations.map(({ start, end }) => ({ start: codePoints.toUtf16(start), end: codePoints.toUtf16(end) })),
  );
  const pageStarts = pages.map(({ page, start }) => ({ page, start: codePoints.toUtf16(start) }));
  const paragraphs = contractParagraphs(text, pageStarts);
  const body = paragraphs.map((paragraph, index) => {
    const nextStart = paragraphs[index + 1]?.lines[0]?.start ?? Infinity;
    return paragraphMarkup(paragraph, text, edges, nextStart);
  });
  return body.length > 0 ? body : [markup`<w:p>${edges.through(Infinity)}</w:p>`];
}

/** @param nextStart where the next paragraph begins: what ends before it ends here */
function paragraphMarkup(
  { page, isHeading, lines }: ContractParagraph,
  text: string,
  edges: CommentEdges,
  nextStart: number,
): Markup {
  const pieces: Markup[] = [];
  for (const [index, { start, end }] of lines.entries()) {
    if (index > 0) pieces.push(run(' '));
    let from = start;
    while (edges.nextAt < end) {
      const at = Math.max(from, edges.nextAt);
      if (at > from) pieces.push(run(text.slice(from, at)));
      pieces.push(...edges.through(at));
      from = at;
    }
    pieces.push(run(text.slice(from, end)), ...edges.endsThrough(end));
  }
  pieces.push(...(nextStart === Infinity ? edges.through(Infinity) : edges.endsThrough(nextStart)));
  const style = isHeading ? 'ContractHeading' : 'ContractText';
  return markup`${page === undefined ? [] : [pageMarker(page)]}<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr>${pieces}</w:p>\n`;
}

/** Findings name the pages of the original; this is where each begins. */
function pageMarker(page: number): Markup {
  return markup`<w:p><w:pPr><w:pStyle w:val="PageMarker"/></w:pPr>${[run(`page ${page}`)]}</w:p>\n`;
}

function run(text: string): Markup {
  return markup`<w:r><w:t xml:space="preserve">${legibleRun(text)}</w:t></w:r>`;
}
