import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { AnalysisError, AnalysisId } from '../domain/analysis.ts';
import type { Progress } from '../domain/analysis-event.ts';
import type { AnalysisCaches } from './analysis-caches.ts';
import type { AnalysisStore } from './analysis-store.ts';
import { analysisKey, latestAnalysisKey } from './cache-keys.ts';
import type { Run, RunResult, RunStore } from './run-store.ts';

/** Has a result in Redis before anybody asks for it. */
export class CachedRunStore implements RunStore {
  readonly #runs: RunStore;
  readonly #analyses: AnalysisStore;
  readonly #caches: AnalysisCaches;

  /** @param analyses what fills the caches: the store below the cached one */
  constructor(runs: RunStore, analyses: AnalysisStore, caches: AnalysisCaches) {
    this.#runs = runs;
    this.#analyses = analyses;
    this.#caches = caches;
  }

  start(analysisId: AnalysisId, now: Date): Promise<Run | undefined> {
    return this.#runs.start(analysisId, now);
  }

  isCurrent(run: Run): Promise<boolean> {
    return this.#runs.isCurrent(run);
  }

  report(run: Run, progress: Progress, now: Date): Promise<boolean> {
    return this.#runs.report(run, progress, now);
  }

  async complete(run: Run, result: RunResult, audit: NewAuditEvent): Promise<boolean> {
    const isCompleted = await this.#runs.complete(run, result, audit);
    if (isCompleted) {
      const { analysisId, documentId } = run;
      this.#caches.analyses.refill(analysisKey(analysisId), () => this.#analyses.getRendered(analysisId));
      this.#caches.latest.refill(latestAnalysisKey(documentId), () => this.#analyses.latestOf(documentId));
    }
    return isCompleted;
  }

  fail(run: Run, failure: { error: AnalysisError; now: Date }, audit: NewAuditEvent): Promise<boolean> {
    return this.#runs.fail(run, failure, audit);
  }
}
