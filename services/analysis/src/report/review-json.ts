import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { ReviewedAnalysis } from '../domain/diff/analysis-diff.ts';

/** The review in its documented schema, every quote exact. */
export function renderJson({ review, requestedBy: _, startedAt: __, ...record }: ReviewedAnalysis): string {
  return `${JSON.stringify(toSnakeCase({ ...record, ...review }), undefined, 2)}\n`;
}
