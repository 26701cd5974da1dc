import { styleText } from 'node:util';
import type { FinishedAnalysis, Risk } from '../analysis.ts';
import { bold, dim, section, wrap } from './layout.ts';
import { passageCount, passageLines, place, quoted } from './passages.ts';
import { whoSays } from './who-says.ts';

const shownQuotes = 3;
const indent = 7;
const levels = ['high', 'medium', 'low', 'info'] as const;
const levelStyles = { high: 'red', medium: 'yellow', low: 'cyan', info: 'gray' } as const;

/** The gravest first, and how the score comes of them. */
export function renderRisks(analysis: FinishedAnalysis): string[] {
  const { risks, risk_score, position } = analysis;
  const side = position === 'neutral' ? '' : `, for the ${position}`;
  const sorted = risks.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
  return [
    ...section(`Risks (${risks.length}, risk score ${risk_score.toFixed(3)} of 1${side})`),
    ...sorted.flatMap(renderRisk),
    ...renderScoring(analysis).map(dim),
  ];
}

function renderRisk(risk: Risk): string[] {
  const margin = ' '.repeat(indent);
  const note = [risk.rule_id, ...whoSays(risk), ...passageCount(risk.spans)].join(', ');
  return [
    `${styleText(levelStyles[risk.level], risk.level.toUpperCase().padEnd(indent))}${bold(risk.title)}  ${dim(`[${note}]`)}`,
    ...wrap(risk.reason, margin, indent),
    ...wrap(`Ask for: ${risk.ask_for}`, margin, indent),
    ...passageLines(risk.spans, shownQuotes, indent),
    ...renderReferences(risk),
    ...risk.searches.flatMap(renderSearch),
    '',
  ];
}

/** Where to read on; not what is quoted already. */
function renderReferences({ references, spans }: Risk): string[] {
  const elsewhere = references.filter(
    ({ span }) => !spans.some(({ start, end }) => start <= span.start && span.end <= end),
  );
  if (elsewhere.length === 0) return [];
  const list = elsewhere.map(({ label, span }) => `${label} (${place([span.page])})`);
  return wrap(`Refers to: ${list.join('; ')}`, ' '.repeat(indent), indent).map(dim);
}

function renderSearch({ category, searched, nearest }: Risk['searches'][number]): string[] {
  const closest = nearest ? `; closest was ${quoted(nearest.quote)} with ${nearest.score.toFixed(2)} of 1` : '';
  return wrap(`Searched for ${category} (${searched.join('; ')})${closest}`, ' '.repeat(indent), indent).map(dim);
}

function renderScoring({ risks, risk_scoring }: FinishedAnalysis): string[] {
  if (!risk_scoring || risks.length === 0) return [];
  const { arithmetic, weights } = risk_scoring;
  const counted = weights.filter(({ count }) => count > 0);
  const levelsCounted = counted.map(({ level, weight, count }) => `${count} ${level} at ${weight}`).join(', ');
  const others = risks.length - counted.reduce((sum, { count }) => sum + count, 0);
  return [
    ...wrap(`Risk score: ${arithmetic}${levelsCounted === '' ? '' : ` (${levelsCounted})`}`, '', 0),
    ...(others > 0
      ? wrap(
          `Not in the score: ${others} that a language model reported or that hidden characters caused. The score counts what the rules found alone, so that no wording in a contract can talk it up or down.`,
          '',
          0,
        )
      : []),
  ];
}
