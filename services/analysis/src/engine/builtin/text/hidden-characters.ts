import type { TextRange } from '../spans.ts';

/**
 * Characters that people do not see and models read: controls, format characters (zero width, direction, tags, soft
 * hyphens), variation selectors, fillers. Line breaks and tabs are none of them.
 */
const hidden = /(?:[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]|\p{Default_Ignorable_Code_Point})/u;
const hiddenRun = new RegExp(`(?:(?![\\t\\n\\r\\f])${hidden.source})+`, 'gu');
/** They make a text read otherwise than it looks, or carry whole sentences unseen. Ordinary documents have none. */
const deceptive = /[\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e0fff}]/u;
const formFeed = /\f/g;

/** UTF-16 ranges of the runs of hidden characters, in order. */
export interface HiddenCharacters {
  ordinary: TextRange[];
  /** Those that no ordinary document has. */
  deceptive: TextRange[];
}

export function findHiddenCharacters(text: string): HiddenCharacters {
  const found: HiddenCharacters = { ordinary: [], deceptive: [] };
  for (const { index, 0: run } of text.matchAll(hiddenRun)) {
    const runs = deceptive.test(run) ? found.deceptive : found.ordinary;
    runs.push({ start: index, end: index + run.length });
  }
  return found;
}

/** The text as people see it. */
export function withoutHiddenCharacters(text: string): string {
  return text.replace(hiddenRun, '').replace(formFeed, '\n');
}
