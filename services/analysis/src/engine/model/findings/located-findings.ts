import type { TextRange } from '../../builtin/spans.ts';
import { withoutHiddenCharacters } from '../prompt/hidden-characters.ts';
import type { QuoteLocator } from '../quotes/quote-locator.ts';
import { hasLink, isReassuring, isSupported } from '../statements/supported.ts';
import type { Answer, AnsweredClause, AnsweredObligation, AnsweredRisk } from './answer.ts';

/** A finding, and the UTF-16 range of the document that bears it out. */
export type Located<Finding> = Omit<Finding, 'quote'> & { range: TextRange };

export interface LocatedFindings {
  clauses: Located<AnsweredClause>[];
  risks: Located<AnsweredRisk>[];
  obligations: Located<AnsweredObligation>[];
  droppedFindings: number;
}

/**
 * Of what a model says about a section, that which the section bears out: the quote stands in it, and figures and
 * negations are those of the quoted passage. The rest is dropped and counted.
 *
 * @param text the whole document
 * @param boundary what the section was delimited with: whoever repeats it repeats the instructions
 */
export function locateFindings(answer: Answer, locator: QuoteLocator, text: string, boundary: string): LocatedFindings {
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
      isSupported([action, due, condition].join(', '), passage) && isNamedIn(party, text),
  );
  return findings;
}

function hasLinkOfItsOwn(words: string, passage: string): boolean {
  return hasLink(words) && !hasLink(passage);
}

/** Whether the document has every word of a party's name. */
function isNamedIn(party: string, text: string): boolean {
  const lower = text.toLowerCase();
  return (party.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []).every((word) => lower.includes(word));
}
