import { type Review, type Risk, riskLevels } from '../../domain/analysis.ts';
import type { Block, Finding, Section } from './outline.ts';
import { isMixed, placeOf, quoteOf, shortened, sourceNote } from './wording.ts';

const mostQuotes = 3;

/** The gravest first. */
export function risks({ risks: found }: Review): Section {
  const sorted = [...found].sort((a, b) => riskLevels.indexOf(a.level) - riskLevels.indexOf(b.level));
  const mixed = isMixed(found);
  const blocks: Block[] =
    sorted.length === 0
      ? [{ kind: 'paragraph', text: 'None of the rules found anything to object to.' }]
      : sorted.map((risk) => riskFinding(risk, mixed));
  return { topic: 'risks', title: `Risks (${found.length})`, blocks };
}

function riskFinding(risk: Risk, mixed: boolean): Finding {
  const { spans, references = [], searches = [] } = risk;
  const more = spans.slice(mostQuotes);
  return {
    kind: 'finding',
    level: risk.level,
    title: risk.title,
    note: [risk.ruleId, ...sourceNote(risk, mixed)].join(', '),
    lines: [
      { text: risk.reason },
      { label: 'Ask for', text: risk.askFor },
      ...references.map(({ label, span }) => ({
        label: `See ${label}`,
        text: `${shortened(span.quote, 200)} (${placeOf([span])})`,
      })),
      ...searches.map(({ category, searched }) => ({ label: `Searched for ${category}`, text: searched.join(', ') })),
      ...(more.length > 0 ? [{ label: 'Also', text: `${more.length} more passages, ${placeOf(more)}` }] : []),
    ],
    quotes: spans.slice(0, mostQuotes).map(quoteOf),
  };
}
