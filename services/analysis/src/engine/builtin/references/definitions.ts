import type { Segment } from '../text/segmentation.ts';

const term = '"([A-Z][^"\\n]{1,58}?)[.,]?"';
const meaning = new RegExp(
  `${term}\\s?(?:\\([^)]{0,60}\\)\\s?)?(?:shall\\s|will\\s)?(?:means?|mean(?:ing)?|refers?\\sto|is\\sdefined\\sas|has\\sthe\\smeaning|is\\s(?:the|an?)\\s)`,
  'g',
);
const inPassing = new RegExp(
  `\\((?:the|each,?\\san?|an?|such\\s[\\w\\s]{1,20},?\\sthe|collectively,?\\s(?:the)?|as\\s[\\w\\s]{1,30})?\\s?${term}\\)`,
  'g',
);

/** Where each defined term gets its meaning: `"Term" means ...`, or else the passage that defines it in passing (the "Term"). */
export function findDefinitions(segments: readonly Segment[]): Map<string, Segment> {
  const definitions = new Map<string, Segment>();
  for (const pattern of [meaning, inPassing]) {
    for (const segment of segments) {
      if (!segment.text.includes('"')) continue;
      for (const [, defined] of segment.text.matchAll(pattern)) {
        if (defined !== undefined && !definitions.has(defined)) definitions.set(defined, segment);
      }
    }
  }
  return definitions;
}
