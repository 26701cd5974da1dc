import type { Finding, Span } from '../analysis.ts';

/**
 * The findings without those of a language model that say of the same passages what the built-in engine says: its own row
 * tells that both do.
 */
export function withoutRepeats<F extends Finding & { spans: Span[] }>(
  findings: readonly F[],
  saySame: (one: F, other: F) => boolean,
): F[] {
  const own = findings.filter(({ source }) => source !== 'model');
  const isRepeat = (finding: F) =>
    finding.agreement === 'agreed' &&
    own.some((other) => saySame(finding, other) && finding.spans.every((span) => overlapsAny(span, other.spans)));
  return findings.filter((finding) => finding.source !== 'model' || !isRepeat(finding));
}

function overlapsAny({ start, end }: Span, spans: readonly Span[]): boolean {
  return spans.some((span) => start < span.end && span.start < end);
}
