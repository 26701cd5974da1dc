import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Version1Reads } from '@contract-reviewer/platform/version1/tracked-writes';
import type { Analysis, AnalysisId, DocumentId } from '../domain/analysis.ts';
import { version1AnalysisKey, version1PointerKey } from '../version1/version1-keys.ts';
import type {
  AcceptedRequest,
  AnalysisPage,
  AnalysisRequest,
  AnalysisStore,
  EventPage,
  RenderedAnalysis,
} from './analysis-store.ts';

/** Takes over what version 1's own processes still write before it is read by its id. */
export class RefreshedAnalysisStore implements AnalysisStore {
  readonly #store: AnalysisStore;
  readonly #version1: Version1Reads;

  constructor(store: AnalysisStore, version1: Version1Reads) {
    this.#store = store;
    this.#version1 = version1;
  }

  request(request: AnalysisRequest, audit: NewAuditEvent): Promise<AcceptedRequest> {
    return this.#store.request(request, audit);
  }

  async get(analysisId: AnalysisId): Promise<Analysis | undefined> {
    await this.#version1.refresh(version1AnalysisKey(analysisId));
    return this.#store.get(analysisId);
  }

  async getRendered(analysisId: AnalysisId): Promise<RenderedAnalysis | undefined> {
    await this.#version1.refresh(version1AnalysisKey(analysisId));
    return this.#store.getRendered(analysisId);
  }

  async latestOf(documentId: DocumentId): Promise<AnalysisId | undefined> {
    await this.#version1.refresh(version1PointerKey(documentId));
    return this.#store.latestOf(documentId);
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
