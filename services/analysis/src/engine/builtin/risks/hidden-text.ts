import type { Risk } from '../../../domain/analysis.ts';
import type { SpanBuilder, TextRange } from '../spans.ts';
import { findHiddenCharacters } from '../text/hidden-characters.ts';

/** The first ones; the reason says how many there are. */
const mostSpans = 20;
/** How much of the words around hidden characters is quoted with them, to either side. */
const contextChars = 40;

/** What of the text people do not see, as findings; a clause can hide behind it from its readers. */
export function hiddenTextRisks(text: string, spans: SpanBuilder): Risk[] {
  const { ordinary, deceptive } = findHiddenCharacters(text);
  const risks: Risk[] = [];
  if (deceptive.length > 0) {
    risks.push({
      ruleId: 'hidden_text_deceptive',
      level: 'medium',
      title: 'Text that reads otherwise than it looks',
      reason: `The document has ${times(deceptive.length)} characters that turn the direction of the text or hide text in it; ordinary documents have none. No language model is told them.`,
      askFor: 'A copy of the contract without hidden characters; compare it with this one.',
      source: 'builtin',
      spans: quoted(text, deceptive, spans),
    });
  }
  if (ordinary.length > 0) {
    risks.push({
      ruleId: 'hidden_text',
      level: 'info',
      title: 'Invisible characters',
      reason: `The document has ${times(ordinary.length)} characters without width or of no meaning to people, which also word processors leave behind. No language model is told them.`,
      askFor: 'Nothing, unless the words around them look odd.',
      source: 'builtin',
      spans: quoted(text, ordinary, spans),
    });
  }
  return risks;
}

function times(count: number): string {
  return count === 1 ? 'in one place' : `in ${count} places`;
}

function quoted(text: string, runs: readonly TextRange[], spans: SpanBuilder) {
  const ranges: TextRange[] = [];
  for (const run of runs.slice(0, mostSpans)) {
    const range = wordsAround(text, run);
    const last = ranges.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else ranges.push(range);
  }
  return ranges.map((range) => spans.span(range));
}

/** To the nearest white space, or a few characters if there is none. */
function wordsAround(text: string, { start, end }: TextRange): TextRange {
  const before = /\S*$/.exec(text.slice(Math.max(0, start - contextChars), start))?.[0] ?? '';
  const after = /^\S*/.exec(text.slice(end, end + contextChars))?.[0] ?? '';
  return { start: wholeFrom(text, start - before.length), end: wholeTo(text, end + after.length) };
}

function wholeFrom(text: string, at: number): number {
  return isLowSurrogate(text, at) ? at + 1 : at;
}

function wholeTo(text: string, at: number): number {
  return isLowSurrogate(text, at) ? at - 1 : at;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
