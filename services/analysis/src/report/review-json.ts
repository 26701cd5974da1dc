import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { ReviewedAnalysis } from '../domain/diff/analysis-diff.ts';

/** The review as every surface gives it, in its documented schema, every quote exact. */
export function renderJson({ review, requestedBy: _, startedAt: __, ...record }: ReviewedAnalysis): string {
  const clauses = review.clauses.map((clause) => ({ references: [], ...clause }));
  const risks = review.risks.map((risk) => ({ references: [], searches: [], ...risk }));
  const analysis = { ...record, keyDates: [], monetaryTerms: [], ...review, clauses, risks };
  return `${JSON.stringify(toSnakeCase(analysis), undefined, 2)}\n`;
}
