import { giveWay } from '@contract-reviewer/platform/background-thread';
import type { AnalysisDiff, ReviewedAnalysis } from '../domain/diff/analysis-diff.ts';
import { diffAnalyses } from '../domain/diff/diff-analyses.ts';
import { type Report, type ReportRequest, renderReport } from '../report/render-report.ts';

giveWay();

/**
 * Runs in a thread of the pool.
 *
 * @public The pool finds it by its name.
 */
export function reportInThread(request: ReportRequest): Report {
  return renderReport(request);
}

/**
 * Runs in a thread of the pool.
 *
 * @public The pool finds it by its name.
 */
export function diffInThread([before, after]: readonly [ReviewedAnalysis, ReviewedAnalysis]): AnalysisDiff {
  return diffAnalyses(before, after);
}
