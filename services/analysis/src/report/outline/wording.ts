import { excerptOf } from '@contract-reviewer/platform/text/excerpt';
import type { Agreement, FindingSource, Span } from '../../domain/analysis.ts';
import type { Quote } from './outline.ts';

const longestQuote = 700;

/** `p. 3`, `p. 3, 7`, which no line breaks up; nothing for what stands nowhere. */
export function placeOf(spans: readonly Pick<Span, 'page'>[]): string {
  const pages = [...new Set(spans.map(({ page }) => page))];
  return pages.length === 0 ? '' : `p.\u00a0${pages.join(', ')}`;
}

/** @param spans where it stands */
export function quoteOf({ quote }: Pick<Span, 'quote'>, spans: readonly Span[]): Quote {
  return { text: excerptOf(quote, longestQuote), place: placeOf(spans) };
}

const engineNames: Readonly<Record<FindingSource, string>> = { builtin: 'built-in engine', model: 'language model' };
const agreementNotes: Readonly<Record<Agreement, string>> = {
  agreed: 'the other engine agrees',
  differs: 'the other engine says something else',
  alone: 'the other engine does not say so',
};

/** Who found it and how the other engine sees it, where not everything was found by the same. */
export function sourceNote(
  { source, agreement }: { source: FindingSource; agreement?: Agreement },
  isMixed: boolean,
): string[] {
  if (!isMixed) return [];
  return [engineNames[source], ...(agreement === undefined ? [] : [agreementNotes[agreement]])];
}

export function isMixed(findings: readonly { source: FindingSource }[]): boolean {
  return findings.some(({ source }) => source === 'model');
}

export function scoreText(score: number): string {
  return score.toFixed(2);
}

/** As many digits as the arithmetic of the score shows. */
export function riskScoreText(score: number): string {
  return score.toFixed(3);
}
