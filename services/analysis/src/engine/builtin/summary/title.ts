import { documentRange, type Segment } from '../text/segmentation.ts';

export interface Title {
  text: string;
  start: number;
  end: number;
}

const kinds =
  'agreement|contract|lease|amendment|addendum|license|licence|memorandum|deed|guaranty|guarantee|terms|conditions|letter|statement|form|policy|note|plan|bylaws|nda|order|undertaking|assignment|indenture|warrant|consent|release|settlement|endorsement|arrangement';
const namesKind = new RegExp(`(?<![a-z])(?:${kinds})s?(?![a-z])`, 'i');
const notATitle =
  /^(?:exhibit|ex-|schedule|annex|appendix|table of|execution|confidential(?!ity)|source|page|form of$|draft|final|version|article|section|whereas|recital|between|by and|dated|re:|using|name of|term of|key terms|cover terms|additional|changes to|business terms|legal terms|standard terms|how to\b|instructions?\b|guide\b|interpreting\b|about this\b|cover page$|\(|\d)/i;
/** What stands beside a name or a number rather than being a title. */
const letterhead = /\b(?:phone|fax|telephone|e-?mail)\b|\b(?:contract|file|order) no\b/i;
const anyCase = kinds.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
const link = '(?:(?:and|of|for|to|AND|OF|FOR|TO|&|-)\\s)?';
/** `This Consulting Agreement (the "Agreement")`. */
const calledThis = new RegExp(
  `(?:[Tt]his|THIS)\\s((?:[A-Z][\\w&'./-]{0,24},?\\s${link}){1,10}(?:${anyCase})[sS]?)(?=[\\s,.("])`,
);
/** A run of capitals in a text that has lost its line breaks: `Exhibit 10.2 SERVICES AND HOSTING AGREEMENT THIS SERVICES...` */
const capitals = new RegExp(
  `(?:^|\\s)((?:(?!EXHIBIT|THIS\\s|TABLE\\s|EXECUTION|COPY\\s|ATTACHMENT)[A-Z][A-Z&,'/.-]{0,24}\\s${link}){1,10}?(?:${kinds.toUpperCase()})S?)(?=\\s(?!(?:AND|OF|FOR|TO|AGREEMENT|CONTRACT)\\b)|$)`,
);
const longestTitle = 140;

/**
 * The name of the document: the first line of the opening that names a kind of contract, or else the name by which its first
 * sentences call it.
 */
export function findTitle(opening: readonly Segment[]): Title | undefined {
  return (
    firstOf(opening.slice(0, 40), asLine) ??
    firstOf(opening.slice(0, 4), (segment) => within(segment, capitals)) ??
    firstOf(opening, (segment) => within(segment, calledThis))
  );
}

function firstOf(segments: readonly Segment[], find: (segment: Segment) => Title | undefined): Title | undefined {
  for (const segment of segments) {
    const title = find(segment);
    if (title) return title;
  }
  return undefined;
}

function asLine(segment: Segment): Title | undefined {
  const { text, kind } = segment;
  if (text.length > longestTitle || (kind !== 'heading' && !isStandalone(text))) return undefined;
  const bare = text
    .replace(/^[#*\s]{1,8}/, '')
    .replace(/^(?:exhibit|attachment|ex-)\s?[\w.]{1,8}\s(?=[A-Z]{2})/i, '')
    .replace(/,?\s(?:dated\b|between|by and between|made\b).{0,60}$/i, '')
    .replace(/\s(?:page\s\d{1,3}(?:\sof\s\d{1,3})?|(?<!\bno\.?\s)\d{1,3})$/i, '')
    .replace(/[\s*.:_=-]{1,120}$/, '');
  if (bare.length < 3 || notATitle.test(bare) || letterhead.test(bare) || !namesKind.test(bare)) return undefined;
  const from = text.indexOf(bare);
  return { text: bare, ...documentRange(segment, from, from + bare.length) };
}

function within(segment: Segment, pattern: RegExp): Title | undefined {
  const match = pattern.exec(segment.text.slice(0, 600));
  const text = match?.[1];
  if (!match || !text) return undefined;
  const from = match.index + match[0].length - text.length;
  return { text, ...documentRange(segment, from, from + text.length) };
}

/** A short line without a verb, such as a title in mixed case that ends in a number. */
function isStandalone(text: string): boolean {
  return (
    text.length <= 90 &&
    /^[A-Z"]/.test(text) &&
    !/[.;,:]$/.test(text) &&
    !/\b(?:is|are|shall|will|may|has|have|this|by)\b/i.test(text)
  );
}
