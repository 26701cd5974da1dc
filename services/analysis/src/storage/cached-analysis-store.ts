import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Analysis, AnalysisId, DocumentId } from '../domain/analysis.ts';
import type { AnalysisCaches } from './analysis-caches.ts';
import { analysisIn } from './analysis-codec.ts';
import type {
  AcceptedRequest,
  AnalysisPage,
  AnalysisRequest,
  AnalysisStore,
  EventPage,
  RenderedAnalysis,
} from './analysis-store.ts';
import { analysisKey, latestAnalysisKey } from './cache-keys.ts';

/** Serves analyses that have ended, and which one is a document's latest, from Redis. */
export class CachedAnalysisStore implements AnalysisStore {
  readonly #store: AnalysisStore;
  readonly #caches: AnalysisCaches;

  constructor(store: AnalysisStore, caches: AnalysisCaches) {
    this.#store = store;
    this.#caches = caches;
  }

  request(request: AnalysisRequest, audit: NewAuditEvent): Promise<AcceptedRequest> {
    return this.#store.request(request, audit);
  }

  async get(analysisId: AnalysisId): Promise<Analysis | undefined> {
    const rendered = await this.getRendered(analysisId);
    return rendered && analysisIn(rendered);
  }

  getRendered(analysisId: AnalysisId): Promise<RenderedAnalysis | undefined> {
    return this.#caches.analyses.read(analysisKey(analysisId), () => this.#store.getRendered(analysisId));
  }

  latestOf(documentId: DocumentId): Promise<AnalysisId | undefined> {
    return this.#caches.latest.read(latestAnalysisKey(documentId), () => this.#store.latestOf(documentId));
  }

  settleLatestOf(documentId: DocumentId): Promise<void> {
    return this.#store.settleLatestOf(documentId);
  }

  list(documentId: DocumentId, page: { limit: number; offset: number }): Promise<AnalysisPage> {
    return this.#store.list(documentId, page);
  }

  eventsAfter(analysisId: AnalysisId, sequence: number, limit: number): Promise<EventPage | undefined> {
    return this.#store.eventsAfter(analysisId, sequence, limit);
  }

  cancel(analysisId: AnalysisId, now: Date, audit: NewAuditEvent): Promise<boolean> {
    return this.#store.cancel(analysisId, now, audit);
  }

  purge(
    documentId: DocumentId,
    now: Date,
    cancelled: (analysisId: AnalysisId) => NewAuditEvent,
  ): Promise<AnalysisId[]> {
    return this.#store.purge(documentId, now, cancelled);
  }

  sweepIdempotencyKeys(now: Date, limit: number): Promise<number> {
    return this.#store.sweepIdempotencyKeys(now, limit);
  }
}
