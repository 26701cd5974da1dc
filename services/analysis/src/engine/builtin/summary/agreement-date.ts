import { type FoundDate, findDates, type NumericOrder } from '../expressions/dates.ts';
import { documentRange, type Segment } from '../text/segmentation.ts';
import { isoOf, type StatedDate, statedIn } from './stated-date.ts';

const mostIntroductorySegments = 30;

/** What stands before the recitals and the contract proper, where dates are the contract's own. */
export function introductionOf(opening: readonly Segment[]): Segment[] {
  const recitals = opening.findIndex(
    ({ text }, index) => index > 0 && /^(?:whereas|now,? therefore|recitals?\b|background\b|witnesseth)/i.test(text),
  );
  const agreeing = opening.findIndex(({ text }) => /\bagree(?:s|d)? as follows/i.test(text));
  const ends = [recitals, agreeing + 1, mostIntroductorySegments].filter((end) => end > 0);
  return opening.slice(0, Math.min(...ends));
}

const making = /\b(?:dated?|made|entered|executed|as of|effective|day of|between|agreement)\b/i;

export function agreementDate(introduction: readonly Segment[], order: NumericOrder): StatedDate | undefined {
  const dated = introduction.flatMap((segment) => findDates(segment.text, order).map((found) => ({ segment, found })));
  const best =
    dated.find(
      ({ segment, found }) => making.test(segment.text.slice(0, found.end + 30)) && !isOfAnother(segment, found),
    ) ?? dated.find(({ segment }) => segment.text.length < 60);
  return best && statedIn(best.segment, best.found);
}

/** The date of another document or event (`the License Agreement dated...`, `as amended on...`), or an example in a blank. */
function isOfAnother({ text }: Segment, { start }: FoundDate): boolean {
  if (text.lastIndexOf('[', start) > text.lastIndexOf(']', start)) return true;
  return /\b(?:amended (?:on|as of)|filed (?:on|with)|that certain .{0,80}dated|expir\w* on|born on)\b[^.]{0,20}$/i.test(
    text.slice(Math.max(0, start - 120), start),
  );
}

const gap = String.raw`(?:_{2,}|\[[^\]\n]{0,12}\]|\.{3,}|\u2022|\{[^}\n]{1,30}\})`;
const months = 'January|February|March|April|May|June|July|August|September|October|November|December';
const blank = new RegExp(
  `(?:${gap}\\s?(?:day\\s)?(?:of\\s)?(?:${months}|${gap}),?\\s{0,2}(?:20\\d{0,2}|19\\d{0,2}|${gap})?_{0,4}|(?:${months})\\s${gap},?\\s?(?:20|19)\\d{0,2}_{0,4})`,
  'i',
);

/** A date that a draft leaves to be filled in: `___ day of May, 20__`. */
export function blankDate(introduction: readonly Segment[]): StatedDate | undefined {
  for (const segment of introduction) {
    const match = blank.exec(segment.text);
    if (!match || !making.test(segment.text.slice(0, match.index + match[0].length + 30))) continue;
    return { range: documentRange(segment, match.index, match.index + match[0].trimEnd().length) };
  }
  return undefined;
}

const signatureShare = 0.2;

/** The latest date beside a signature; a contract is made when the last party signs it. */
export function signatureDate(segments: readonly Segment[], order: NumericOrder): StatedDate | undefined {
  const from = Math.floor(segments.length * (1 - signatureShare));
  const tail = segments.slice(from);
  const witness = tail.findIndex(({ lower }) =>
    /in witness whereof|\bby: ?(?:\/s\/|_|$)|signed (?:by|for)|duly authori[sz]ed|^signatures?\b/.test(lower),
  );
  if (witness < 0) return undefined;
  const block = tail.slice(witness, witness + 40);
  const dates = block
    .filter(
      ({ lower }, index) =>
        /\bdated?\b|\bday of\b|witness|by:/.test(lower) || /\bdated?:?$/.test(block[index - 1]?.lower ?? ''),
    )
    .flatMap((segment) => findDates(segment.text, order).map((found) => statedIn(segment, found)));
  return dates.reduce<StatedDate | undefined>(
    (latest, next) => (latest && (isoOf(latest) ?? '') >= (isoOf(next) ?? '') ? latest : next),
    undefined,
  );
}
