import { type Review, riskLevels, type Span } from '../../domain/analysis.ts';
import { legibleValue } from '../legible.ts';
import { isMixed, scoreText, sourceNote } from '../outline/wording.ts';

/** A comment in the margin, on the half-open range [start, end) of code points. */
export interface Annotation {
  start: number;
  end: number;
  remarks: readonly Remark[];
}

export interface Remark {
  title: string;
  lines: readonly string[];
}

/**
 * What the review has to say on the passages of a contract, in the order of the text. What it says on the same passage is
 * in one comment, risks first.
 */
export function annotationsOf(found: Review): Annotation[] {
  const { clauses, risks } = legibleValue(found);
  const mixed = isMixed(clauses) || isMixed(risks);
  const byRange = new Map<string, Annotation & { remarks: Remark[] }>();
  const remark = (spans: readonly Span[], text: Remark) => {
    for (const { start, end } of spans.filter((span) => span.end > span.start)) {
      const key = `${start} ${end}`;
      const annotation = byRange.get(key) ?? { start, end, remarks: [] };
      annotation.remarks.push(text);
      byRange.set(key, annotation);
    }
  };
  for (const level of riskLevels) {
    for (const risk of risks.filter((each) => each.level === level)) {
      const note = [risk.ruleId, ...sourceNote(risk, mixed)].join(', ');
      remark(risk.spans, {
        title: `${level === 'info' ? 'Note' : `Risk, ${level}`}: ${risk.title} (${note})`,
        lines: [risk.reason, `Ask for: ${risk.askFor}`],
      });
    }
  }
  for (const clause of clauses.filter(({ present }) => present)) {
    const { category, value, score, spans } = clause;
    const note = [`score ${scoreText(score)}`, ...sourceNote(clause, mixed)].join(', ');
    remark(spans, { title: `Clause: ${category} (${note})`, lines: value === undefined ? [] : [value] });
  }
  return [...byRange.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}
