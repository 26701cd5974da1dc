import type { Agreement, FindingSource, Obligation, Span } from '../../domain/analysis.ts';

interface AnyFinding {
  source?: FindingSource;
  agreement?: Agreement;
  spans: Span[];
}

/**
 * The findings without those of a language model that say of the same passages what the built-in engine says: its own row
 * tells that both do.
 */
export function withoutRepeats<F extends AnyFinding>(
  findings: readonly F[],
  saySame: (one: F, other: F) => boolean,
): F[] {
  const own = findings.filter(({ source }) => source !== 'model');
  const isRepeat = (finding: F) =>
    finding.agreement === 'agreed' &&
    own.some((other) => saySame(finding, other) && finding.spans.every((span) => overlapsAny(span, other.spans)));
  return findings.filter((finding) => finding.source !== 'model' || !isRepeat(finding));
}

/** Each duty once, with all the places where a contract says it. */
export function eachOnce(obligations: readonly Obligation[]): Obligation[] {
  const byDuty = new Map<string, Obligation>();
  for (const obligation of obligations) {
    const { party, action, due, condition, spans } = obligation;
    const duty = JSON.stringify([party, action, due, condition]);
    const first = byDuty.get(duty);
    byDuty.set(duty, first ? { ...first, spans: [...first.spans, ...spans] } : obligation);
  }
  return [...byDuty.values()];
}

function overlapsAny({ start, end }: Span, spans: readonly Span[]): boolean {
  return spans.some((span) => start < span.end && span.start < end);
}
