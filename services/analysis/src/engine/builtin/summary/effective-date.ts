import { findDates, type NumericOrder } from '../expressions/dates.ts';
import type { Segment } from '../text/segmentation.ts';
import { labelledValue } from './opening.ts';
import { type StatedDate, statedIn } from './stated-date.ts';

const takesEffect =
  /\b(?:effective|effectiveness|takes? effect|with effect|in effect|in force|commenc\w+|begin\w*|start\w*)\b(?:\s(?:as\sof|on|from|and|is|the|date|of|upon|term|shall|be|will|this|agreement|continue|in|full|force|made|entered|into)\b|[\s,:"()]){0,12}$/i;

/** What the effective date is read from. */
interface EffectiveDateSources {
  segments: readonly Segment[];
  introduction: readonly Segment[];
  order: NumericOrder;
  agreement: StatedDate | undefined;
  signed: StatedDate | undefined;
}

/** The date that the contract gives as its effective date: on a cover page, in its introduction, or in the clause on its term. */
export function effectiveDate({
  segments,
  introduction,
  order,
  agreement,
  signed,
}: EffectiveDateSources): StatedDate | undefined {
  const label = labelledValue(segments, /^(?:effective|commencement|start) date(?: of .{0,30})?$/);
  const labelled = label && findDates(label.text, order)[0];
  if (label && labelled) return statedIn(label, labelled);
  const introduced = firstEffective(introduction, order);
  if (introduced) return introduced;
  const speaking = segments.filter(
    ({ kind, lower }) =>
      kind === 'prose' &&
      /effect|commenc|begin|start|force/.test(lower) &&
      /agreement|effective date|\bterm\b/.test(lower),
  );
  return (
    firstEffective(speaking, order) ??
    effectiveByEvent(speaking, agreement, signed) ??
    (label && { range: { start: label.start, end: label.end } })
  );
}

function firstEffective(segments: readonly Segment[], order: NumericOrder): StatedDate | undefined {
  for (const segment of segments) {
    for (const found of findDates(segment.text, order)) {
      const after = segment.text.slice(found.end, found.end + 60);
      const before = segment.text.slice(Math.max(0, found.start - 110), found.start);
      const defined = /^.{0,8}\(.{0,30}(?:effective|commencement) date/i.test(after);
      if (
        defined ||
        takesEffect.test(before) ||
        /effective date"?(?: of this agreement)?\)?,? (?:means|shall mean|is|shall be|:)\s?[^.]{0,30}$/i.test(before)
      ) {
        return statedIn(segment, found);
      }
    }
  }
  return undefined;
}

const starts =
  /["(]\s?(?:the )?"?(?:effective|commencement) date"?|effective date"? (?:means|shall mean|is the|shall be)|(?:this agreement|term(?: of this agreement)?"?\)?) (?:shall |will )?(?:be |become |come |take |takes? |enter |commences? |begins? |starts? )[^.]{0,50}\b(?:effect|force|effective|commence|upon|on the|as of|from)\b/;

/** A passage that fixes the start by an event; the date of making or of signing, where that is the event. */
function effectiveByEvent(
  speaking: readonly Segment[],
  agreement: StatedDate | undefined,
  signed: StatedDate | undefined,
): StatedDate | undefined {
  const segment = speaking.find(({ lower }) => starts.test(lower));
  if (!segment) return undefined;
  const { lower } = segment;
  const date =
    /\bdate (?:hereof|of this agreement|of the agreement|first (?:above|written|set|stated|mentioned))|first above written/.test(
      lower,
    )
      ? agreement?.date
      : /\b(?:signature|signed|signing|execution|executed)\b/.test(lower)
        ? (signed ?? agreement)?.date
        : undefined;
  return { ...(date && { date }), range: { start: segment.start, end: segment.end } };
}

/** A contract made `as of` a day takes effect that day, unless it says otherwise. */
export function impliedEffectiveDate(
  introduction: readonly Segment[],
  agreement: StatedDate | undefined,
): StatedDate | undefined {
  if (!agreement) return undefined;
  return introduction.some(({ text }) => /\b(?:as of|effective)\b/i.test(text)) ? agreement : undefined;
}
