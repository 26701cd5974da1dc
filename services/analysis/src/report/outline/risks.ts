import { type Review, type Risk, riskLevels } from '../../domain/analysis.ts';
import type { Block, Finding, Section } from './outline.ts';
import { passageCount, showPassages } from './passages.ts';
import { referenceLines } from './references.ts';
import { scoringNote } from './scoring.ts';
import { isMixed, sourceNote } from './wording.ts';

const mostQuotes = 3;

/** The gravest first. */
export function risks(review: Review): Section {
  const { risks: found } = review;
  const sorted = [...found].sort((a, b) => riskLevels.indexOf(a.level) - riskLevels.indexOf(b.level));
  const mixed = isMixed(found);
  const blocks: Block[] =
    sorted.length === 0
      ? [{ kind: 'paragraph', text: 'None of the rules found anything to object to.' }]
      : [...sorted.map((risk) => riskFinding(risk, mixed)), ...scoringNote(review)];
  return { topic: 'risks', title: `Risks (${found.length})`, blocks };
}

function riskFinding(risk: Risk, mixed: boolean): Finding {
  const { spans, references = [], searches = [] } = risk;
  const passages = showPassages(spans, mostQuotes);
  return {
    kind: 'finding',
    level: risk.level,
    title: risk.title,
    note: [risk.ruleId, ...sourceNote(risk, mixed), ...passageCount(spans)].join(', '),
    lines: [
      { text: risk.reason },
      { label: 'Ask for', text: risk.askFor },
      ...referenceLines(references, spans),
      ...searches.map(({ category, searched }) => ({ label: `Searched for ${category}`, text: searched.join(', ') })),
      ...passages.lines,
    ],
    quotes: passages.quotes,
  };
}
