import type { UnreadRange } from '../../domain/analysis.ts';
import type { SpanBuilder, TextRange } from '../builtin/spans.ts';
import type { DocumentReading } from './document-reading.ts';

/** What no section that was read has of the text, in code points, with the reason; white space is not missed. */
export function unreadRanges(text: string, { read, unread }: DocumentReading, spans: SpanBuilder): UnreadRange[] {
  const { codePoints } = spans;
  return gapsBetween(
    read.map(({ range }) => range),
    text.length,
  )
    .map((gap) => trimmed(text, gap))
    .filter(({ start, end }) => start < end)
    .map(({ start, end }) => {
      const reason = unread.find(({ range }) => range.start < end && start < range.end)?.reason ?? '';
      return {
        start: codePoints.fromUtf16(start),
        end: codePoints.fromUtf16(end),
        reason: `The built-in engine read this, the language model did not. ${reason}`.trim(),
      };
    });
}

/** How many characters a union of ranges has. */
export function charsIn(ranges: readonly TextRange[]): number {
  let covered = 0;
  let count = 0;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    count += Math.max(0, end - Math.max(start, covered));
    covered = Math.max(covered, end);
  }
  return count;
}

function gapsBetween(ranges: readonly TextRange[], length: number): TextRange[] {
  const gaps: TextRange[] = [];
  let covered = 0;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (start > covered) gaps.push({ start: covered, end: start });
    covered = Math.max(covered, end);
  }
  if (covered < length) gaps.push({ start: covered, end: length });
  return gaps;
}

function trimmed(text: string, { start, end }: TextRange): TextRange {
  const own = text.slice(start, end);
  if (own.trim() === '') return { start, end: start };
  return { start: end - own.trimStart().length, end: start + own.trimEnd().length };
}
