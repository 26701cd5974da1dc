import { documentRange, type Segment } from '../text/segmentation.ts';
import { definedNames } from './defined-names.ts';
import type { Party } from './parties.ts';

const corporateName =
  /(?:(?:[A-Z][\w.'&-]{0,30}|\d\w{1,20}),?\s(?:(?:of|the|and|de)\s|&\s)?){1,7}(?:Inc|Incorporated|Corp|Corporation|Company|Co|Ltd|Limited|LLC|L\.L\.C|LP|L\.P|LLP|PLC|plc|GmbH|AG|S\.A|N\.V|B\.V|Pty|Pte)\b\.?(?=,?\s?$)/;
const longestName = 120;
/** Of the segments; who is named in fewer is mentioned and no party. */
const leastShare = 0.05;

/**
 * The parties that a contract without an opening of the usual kind introduces in the middle of a sentence (`Cisco Systems, Inc. ("Cisco") grants`):
 * companies with a short name, which then is said throughout to act.
 *
 * @param known the parties of the opening; where there are two of them, nobody else is looked for
 */
export function introducedParties(known: readonly Party[], segments: readonly Segment[]): Party[] {
  if (known.length > 1) return [];
  const names = new Set(known.flatMap(({ name, aliases }) => [name, ...aliases]));
  const found = new Map<string, Party>();
  for (const segment of segments) {
    for (const { start, aliases } of definedNames(segment.text)) {
      const before = segment.text.slice(Math.max(0, start - longestName), start);
      const match = corporateName.exec(before);
      const [alias] = aliases;
      if (!match || !alias || names.has(match[0]) || names.has(alias.text) || found.has(alias.text)) continue;
      const from = start - before.length + match.index;
      found.set(alias.text, {
        name: match[0],
        aliases: aliases.map(({ text }) => text),
        ranges: [{ text: match[0], at: from }, ...aliases].map(({ text, at }) =>
          documentRange(segment, at, at + text.length),
        ),
      });
    }
  }
  return [...found.values()].filter((party) => acts(party, segments));
}

/** Whether somebody acts in a contract and is spoken of throughout. */
function acts({ aliases: [alias = ''] }: Party, segments: readonly Segment[]): boolean {
  const name = alias.toLowerCase();
  const deed = new RegExp(
    `(?<![\\w-])${RegExp.escape(name)}\\s(?:shall|will|may|must|agrees?|grants?|reserves?|warrants?)\\b`,
  );
  const naming = segments.filter(({ lower }) => lower.includes(name));
  return naming.length >= leastShare * segments.length && naming.some(({ lower }) => deed.test(lower));
}
