import type { Reference } from '../../../domain/analysis.ts';
import type { SpanBuilder } from '../spans.ts';
import type { Segment } from '../text/segmentation.ts';
import { findDefinitions } from './definitions.ts';
import { findSections } from './sections.ts';

/** What a passage refers to, and the passage that says it. */
export interface ResolvedReference {
  /** `Section 9.2`, `"Restricted Period"`. */
  label: string;
  target: Segment;
}

const mention =
  /\b(Section|Article|Clause|Paragraph)s?\s((?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVXL]{1,6})(?:\([a-z\d]{1,3}\))?(?:(?:,|,?\sand|,?\sor|\sthrough|\sto)\s\d{1,2}(?:\.\d{1,2}){0,3}){0,6})/gi;
const number = /\d{1,2}(?:\.\d{1,2}){0,3}|\b[IVXL]{1,6}\b/g;
/** Terms whose meaning decides what a clause amounts to; `Company`, `Services` or `Fees` stand in every sentence and decide nothing. */
const telling =
  /\b(?:term|period|cap|amount|maximum|minimum|limit|territory|field|business|competitors?|control|cause|quantity|commitment)s?$/i;
/** What a clause is done by or bows to does not change what it says. */
const inPassing =
  /\b(?:in accordance with|pursuant to|subject to|as (?:provided|set forth|set out|described|defined) in)\s(?:the terms of\s)?$/i;
const mostTerms = 500;

/** The sections and defined terms of one contract, and who refers to them. */
export class References {
  readonly #sections: ReadonlyMap<string, Segment>;
  readonly #definitions: ReadonlyMap<string, Segment>;
  readonly #terms: RegExp | undefined;

  constructor(segments: readonly Segment[]) {
    this.#sections = findSections(segments);
    this.#definitions = findDefinitions(segments);
    const terms = [...this.#definitions.keys()]
      .filter((term) => telling.test(term))
      .slice(0, mostTerms)
      .sort((a, b) => b.length - a.length);
    if (terms.length > 0)
      this.#terms = new RegExp(`(?<![\\w"-])(?:${terms.map(RegExp.escape).join('|')})(?![\\w"-])`, 'g');
  }

  /** The passage that gives a defined term its meaning. */
  definitionOf(term: string): Segment | undefined {
    return this.#definitions.get(term);
  }

  /** The sections and terms that a passage names, in its order, each once; not those that it is itself. */
  of(segment: Segment): ResolvedReference[] {
    const found = new Map<string, Segment>();
    for (const { index, 1: kind = '', 2: numbers = '' } of segment.text.matchAll(mention)) {
      if (inPassing.test(segment.text.slice(Math.max(0, index - 60), index))) continue;
      for (const [each] of numbers.matchAll(number)) {
        const target = this.#sections.get(each.toUpperCase());
        if (target) found.set(`${capitalized(kind)} ${each}`, target);
      }
    }
    for (const [term] of this.#terms ? segment.text.matchAll(this.#terms) : []) {
      const target = this.#definitions.get(term);
      if (target) found.set(`"${term}"`, target);
    }
    return [...found]
      .filter(([, target]) => target.index !== segment.index)
      .map(([label, target]) => ({ label, target }));
  }
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

export function asReference({ label, target }: ResolvedReference, spans: SpanBuilder): Reference {
  return { label, span: spans.span(target) };
}
