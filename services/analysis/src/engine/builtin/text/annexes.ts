import type { Segment } from './segmentation.ts';

const kinds = 'exhibit|schedule|annex|appendix|attachment';
/** No number above 19: those are the exhibits of a filing. */
const label = '"?([A-Z]|[IVX]{1,4}|1?\\d)(?:-\\d{1,2})?"?(?![\\w.]\\w|\\w)';
/** Names with a capital letter; what belongs to another document is not looked for here. */
const mention = new RegExp(
  `\\b(Exhibit|Schedule|Annex|Appendix|Attachment)\\s${label}(?!\\s(?:to|of|in|under)\\s(?:the|that|such|its|an?|our|your)\\s(?!this\\b))`,
  'g',
);
const atStart = new RegExp(`^[^\\w"]{0,6}(?:[a-z]{1,4}\\)\\s)?"?(${kinds})\\s${label}(.{0,20})`, 'i');
/** A sentence that begins with the name of an annex, and is not its heading. */
const goesOn =
  /^,?\s(?:sets?|contains?|lists?|describes?|is|are|shall|will|may|must|hereto|hereof|attached|provides?|and)\b/;
const farthest = 90;
/** What says that the annex is part of this contract: `attached hereto as Exhibit A`, `Exhibit A hereto`. */
const attachedAs = /\b(?:attached|annexed|appended|enclosed|made a part hereof|incorporated herein)\b[^.;]{0,60}$/i;
const attachedTo =
  /^"?,?\)?\s(?:hereto\b|(?:(?:which|that) (?:is|are) |is |are )?(?:attached|annexed|appended|enclosed)\b|(?:to|of) this (?:agreement|contract|lease|amendment)\b)/i;
const shouted = new RegExp(`\\b(${kinds.toUpperCase()})\\s${label}`, 'g');

/** The first mention of each annex that a contract says is attached to it and that does not begin anywhere in its text. */
export function unattachedAnnexes(segments: readonly Segment[]): Segment[] {
  const attached = new Set(segments.flatMap(({ text }) => headedBy(text)));
  const missing = new Map<string, Segment>();
  for (const segment of segments) {
    for (const { index, 0: whole, 1: kind = '', 2: name = '' } of segment.text.matchAll(mention)) {
      const annex = keyOf(kind, name);
      if (attached.has(annex) || missing.has(annex)) continue;
      const before = segment.text.slice(Math.max(0, index - farthest), index);
      const after = segment.text.slice(index + whole.length, index + whole.length + farthest);
      if (attachedAs.test(before) || attachedTo.test(after)) missing.set(annex, segment);
    }
  }
  return [...new Set(missing.values())];
}

/** The annexes that begin in a passage: those in its heading, and those in capital letters, as headings are written. */
function headedBy(text: string): string[] {
  const found = [...text.matchAll(shouted)].map(([, kind = '', name = '']) => keyOf(kind, name));
  const [, kind, name, rest = ''] = atStart.exec(text) ?? [];
  if (kind !== undefined && name !== undefined && !goesOn.test(rest)) found.push(keyOf(kind, name));
  return found;
}

function keyOf(kind: string, name: string): string {
  return `${kind} ${name}`.toLowerCase();
}
