import type { TextRange } from '../../builtin/spans.ts';
import { withoutHiddenCharacters } from '../../builtin/text/hidden-characters.ts';
import type { QuoteLocator } from '../quotes/quote-locator.ts';
import { hasLinkOfItsOwn, isReassuring, isSupported } from '../statements/supported.ts';
import type { Answer, AnsweredClause, AnsweredObligation, AnsweredRisk } from './answer.ts';

/** A finding, and the UTF-16 range of the document that bears it out. */
export type Located<Finding> = Omit<Finding, 'quote'> & { range: TextRange };

export interface LocatedFindings {
  clauses: Located<AnsweredClause>[];
  risks: Located<AnsweredRisk>[];
  obligations: Located<AnsweredObligation>[];
  droppedFindings: number;
}

/** The document that findings are located in. */
export interface ReviewedDocument {
  text: string;
  /** In lower case. */
  words: ReadonlySet<string>;
  /** What its sections are delimited with: whoever repeats it repeats the instructions. */
  boundary: string;
}

/** The words of a text, in lower case, that have three letters or digits or more. */
export function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu));
}

/**
 * Of what a model says about a section, that which the section bears out: the quote stands in it, and figures and
 * negations are those of the quoted passage. The rest is dropped and counted.
 */
export function locateFindings(answer: Answer, locator: QuoteLocator, document: ReviewedDocument): LocatedFindings {
  const { text, boundary } = document;
  const findings: LocatedFindings = {
    clauses: [],
    risks: [],
    obligations: [],
    droppedFindings: answer.droppedFindings,
  };

  const keep = <Finding extends { quote: string }>(
    from: readonly Finding[],
    into: Located<Finding>[],
    isBorneOut: (finding: Finding, passage: string) => boolean,
  ) => {
    for (const finding of from) {
      const range = locator.locate(finding.quote);
      const passage = range && withoutHiddenCharacters(text.slice(range.start, range.end));
      const { quote: _, ...rest } = finding;
      const words = Object.values(rest).join('\n');
      if (
        range &&
        passage &&
        isBorneOut(finding, passage) &&
        !hasLinkOfItsOwn(words, passage) &&
        !words.includes(boundary)
      ) {
        into.push({ ...rest, range });
      } else findings.droppedFindings += 1;
    }
  };

  keep(answer.clauses, findings.clauses, ({ value }, passage) => isSupported(value, passage));
  keep(
    answer.risks,
    findings.risks,
    ({ title, reason, ask_for }, passage) =>
      isSupported(`${title}. ${reason}`, passage) && ![title, reason, ask_for].some(isReassuring),
  );
  keep(
    answer.obligations,
    findings.obligations,
    ({ party, action, due, condition }, passage) =>
      isSupported([action, due, condition].join(', '), passage) && wordsOf(party).isSubsetOf(document.words),
  );
  return findings;
}
