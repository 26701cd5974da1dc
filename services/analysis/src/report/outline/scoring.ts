import type { Review } from '../../domain/analysis.ts';
import type { Block } from './outline.ts';

/** How the score comes of the risks, and why it leaves out those that it does. */
export function scoringNote({ risks, riskScoring }: Review): Block[] {
  if (!riskScoring || risks.length === 0) return [];
  const { arithmetic, weights } = riskScoring;
  const counted = weights.filter(({ count }) => count > 0);
  const levels = counted.map(({ level, weight, count }) => `${count} ${level} at ${weight}`).join(', ');
  const others = risks.length - counted.reduce((sum, { count }) => sum + count, 0);
  const sentences = [
    `Risk score: ${arithmetic}${levels === '' ? '' : ` (${levels})`}.`,
    ...(others > 0
      ? [
          `Not in the score: ${others} that a language model reported or that hidden characters caused. The score counts what the rules found alone, so that no wording in a contract can talk it up or down.`,
        ]
      : []),
  ];
  return [{ kind: 'paragraph', tone: 'muted', text: sentences.join(' ') }];
}
