import type { DocumentText } from '../../documents/documents.ts';

/** A paragraph of the contract as it is shown: half-open ranges of UTF-16 code units, one per line that was joined. */
export interface ContractParagraph {
  /** Set on the first paragraph of each page but the first. */
  page?: number;
  isHeading: boolean;
  lines: readonly { start: number; end: number }[];
}

interface Line {
  start: number;
  end: number;
  page: number;
}

/** Texts whose lines are longer were not wrapped by a margin. */
const widestMargin = 160;
const longestHeading = 90;
const endsParagraph = /[.:;?!]["'”’)\]]{0,2}$/;
const startsParagraph =
  /^(?:[-•*·▪#|]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxlIVXL]{1,5})[.)]\s|(?:ARTICLE|Article|SECTION|Section|EXHIBIT|Exhibit|SCHEDULE|Schedule|WHEREAS)\b)/;

/**
 * Puts the lines of a text together to paragraphs where a margin broke them, so that the contract can be read and printed;
 * nothing is left out but white space.
 *
 * @param pages in UTF-16 code units, in order
 */
export function contractParagraphs(
  text: string,
  pages: readonly Pick<DocumentText['pages'][number], 'page' | 'start'>[],
): ContractParagraph[] {
  const lines = linesOf(text, pages);
  const margin = marginOf(lines);
  const paragraphs: ContractParagraph[] = [];
  let group: Line[] = [];
  let page = pages[0]?.page ?? 1;
  const close = () => {
    const [first] = group;
    if (!first) return;
    paragraphs.push({
      ...(first.page === page ? {} : { page: first.page }),
      isHeading: group.length === 1 && isHeading(text.slice(first.start, first.end)),
      lines: group.map(({ start, end }) => ({ start, end })),
    });
    page = first.page;
    group = [];
  };
  for (const line of lines) {
    const last = group.at(-1);
    if (last && !continues(text, last, line, margin)) close();
    if (line.end > line.start) group.push(line);
  }
  close();
  return paragraphs;
}

function linesOf(text: string, pages: readonly { page: number; start: number }[]): Line[] {
  const lines: Line[] = [];
  let nextPage = 0;
  for (const match of text.matchAll(/[^\n\r\f\v\u2028\u2029\u0085]*(?:\r\n|[\n\r\f\v\u2028\u2029\u0085]|$)/g)) {
    const trimmed = match[0].trimEnd();
    const indent = trimmed.length - trimmed.trimStart().length;
    while ((pages[nextPage]?.start ?? Infinity) <= match.index + indent) nextPage++;
    const page = pages[Math.max(0, nextPage - 1)]?.page ?? 1;
    lines.push({ start: match.index + indent, end: match.index + trimmed.length, page });
  }
  return lines;
}

/** The length from which on a line was broken by the margin; undefined for a text that was not wrapped. */
function marginOf(lines: readonly Line[]): number | undefined {
  const lengths = lines.map(({ start, end }) => end - start).filter((length) => length > 0);
  lengths.sort((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length * 0.9)] ?? 0;
  return usual > widestMargin ? undefined : usual * 0.7;
}

function continues(text: string, last: Line, line: Line, margin: number | undefined): boolean {
  if (margin === undefined || line.end === line.start || line.page !== last.page) return false;
  const [before, next] = [text.slice(last.start, last.end), text.slice(line.start, line.end)];
  if (startsParagraph.test(next) || isHeading(before) || isHeading(next)) return false;
  const isFull = last.end - last.start >= margin;
  return isFull || (!endsParagraph.test(before) && /^[a-z]/.test(next));
}

/** In capitals, or marked as one in Markdown. */
function isHeading(line: string): boolean {
  if (line.length > longestHeading) return false;
  return /^#{1,6} /.test(line) || (/\p{Lu}{3}/u.test(line) && !/\p{Ll}/u.test(line));
}
