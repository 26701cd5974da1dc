import { randomUUID } from 'node:crypto';
import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { RenderedJson } from '@contract-reviewer/platform/json/rendered-json';
import type { AnalysisWatch } from './analysis-watch.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Assertion, DocumentPermission, DocumentState, Documents } from './documents/documents.ts';
import type {
  Analysis,
  AnalysisId,
  AnalysisType,
  DocumentId,
  EngineName,
  Position,
  UserId,
} from './domain/analysis.ts';
import type { AnalysisEvent } from './domain/analysis-event.ts';
import { AnalysisRequestError, analysisNotFound } from './domain/errors.ts';
import { configuredEngine, type Engines } from './engine/engines.ts';
import { provenanceOf } from './engine/provenance.ts';
import type { AnalysisPage, AnalysisStore } from './storage/analysis-store.ts';

/** A user in a session. */
export interface Caller {
  userId: UserId;
  sessionId: string;
  /** What the document service knows the caller by, which decides what they may do. */
  assertion: Assertion;
}

export interface WantedAnalysis {
  documentId: DocumentId;
  analysisType: AnalysisType;
  engine: EngineName;
  /** Whose side the review takes. */
  position: Position;
  /** Have the built-in engine review if a language model was asked for and fails. */
  allowFallback: boolean;
  /** Review again even if an identical finished analysis exists. */
  force: boolean;
  idempotencyKey?: string;
}

export interface AnalysesOptions {
  store: AnalysisStore;
  watch: AnalysisWatch;
  documents: Documents;
  engines: Engines;
  feed: ChangeFeed;
}

const sweepLimit = 1000;

/**
 * Analyses: asking for them, reading them, ending them. Who may read a document may read its analyses. Who asks for one or
 * ends it has to be allowed to read it too, because the answer is the analysis.
 */
export class Analyses {
  readonly #options: AnalysesOptions;

  constructor(options: AnalysesOptions) {
    this.#options = options;
  }

  /**
   * Has a document reviewed, unless that was done already.
   *
   * @param waitMs how long to wait for the end of the analysis before answering with what it is then, counted from now
   * @param signal ends the wait
   * @throws {AnalysisRequestError} document_not_found, document_needs_ocr, document_unreadable, idempotency_key_reused,
   *   engine_not_configured
   */
  async request(
    caller: Caller,
    wanted: WantedAnalysis,
    { waitMs, signal }: { waitMs: number; signal: AbortSignal },
  ): Promise<{ analysis: Analysis; reused: boolean }> {
    const { store, watch, engines } = this.#options;
    const askedAt = performance.now();
    const document = await this.requireAnalyzable(caller, wanted.documentId);
    const engine = configuredEngine(engines, wanted.engine);
    const refusal = refusalFor(document);
    const analysisId = randomUUID() as string as AnalysisId;
    const accepted = await store.request(
      {
        analysisId,
        documentId: wanted.documentId,
        requestedBy: caller.userId,
        analysisType: wanted.analysisType,
        ...(await provenanceOf(engine, wanted.position)),
        allowFallback: wanted.allowFallback,
        requestedAt: new Date(),
        ...(wanted.force || document.textSha256 === '' ? {} : { reusableFor: { textSha256: document.textSha256 } }),
        ...(wanted.idempotencyKey === undefined
          ? {}
          : { idempotency: { key: wanted.idempotencyKey, request: canonicalText(wanted) } }),
        ...(refusal === undefined ? {} : { refusal }),
      },
      auditEvent('analysis_requested', caller, {
        analysisId,
        documentId: wanted.documentId,
        details: {
          analysis_type: wanted.analysisType,
          engine: wanted.engine,
          position: wanted.position,
          allow_fallback: wanted.allowFallback,
          force: wanted.force,
        },
      }),
    );
    const leftMs = waitMs - (performance.now() - askedAt);
    return { analysis: await watch.untilEnded(accepted.analysisId, leftMs, signal), reused: accepted.reused };
  }

  /** @throws {AnalysisRequestError} analysis_not_found unless the caller may read its document */
  async get(caller: Caller, analysisId: AnalysisId): Promise<Analysis> {
    return this.#getFor(caller, analysisId, 'read');
  }

  /** The same as REST gives it. @throws {AnalysisRequestError} analysis_not_found unless the caller may read its document */
  async getRendered(caller: Caller, analysisId: AnalysisId): Promise<RenderedJson> {
    return (await this.#visible(caller, await this.#options.store.getRendered(analysisId), 'read')).json;
  }

  /**
   * The state of a document, if the caller may have it reviewed and read what comes of that.
   *
   * @throws {AnalysisRequestError} document_not_found
   */
  async requireAnalyzable({ assertion }: Caller, documentId: DocumentId): Promise<DocumentState> {
    await this.#options.documents.requireReadable(documentId, assertion);
    return this.#options.documents.checkAccess(documentId, 'analyze', assertion);
  }

  /** @throws {AnalysisRequestError} document_not_found, or analysis_not_found if none was completed yet */
  async latest(caller: Caller, documentId: DocumentId): Promise<Analysis> {
    const analysisId = await this.#latestOf(caller, documentId);
    return completed(analysisId && (await this.#options.store.get(analysisId)));
  }

  /** The same as REST gives it. @throws {AnalysisRequestError} document_not_found, analysis_not_found */
  async latestRendered(caller: Caller, documentId: DocumentId): Promise<RenderedJson> {
    const analysisId = await this.#latestOf(caller, documentId);
    return completed(analysisId && (await this.#options.store.getRendered(analysisId))).json;
  }

  /** @throws {AnalysisRequestError} document_not_found */
  async list(caller: Caller, documentId: DocumentId, page: { limit: number; offset: number }): Promise<AnalysisPage> {
    const { store } = this.#options;
    await this.#options.documents.requireReadable(documentId, caller.assertion);
    return store.list(documentId, page);
  }

  /**
   * Ends an analysis that is queued or running. Cancelling it again changes nothing.
   *
   * @throws {AnalysisRequestError} analysis_not_found, analysis_finished
   */
  async cancel(caller: Caller, analysisId: AnalysisId): Promise<Analysis> {
    const { store, feed } = this.#options;
    const { documentId, engine } = await this.#getFor(caller, analysisId, 'analyze');
    const audit = auditEvent('analysis_cancelled', caller, { analysisId, documentId, details: { engine } });
    if (await store.cancel(analysisId, new Date(), audit)) feed.announce(analysisId);

    const analysis = await store.get(analysisId);
    if (!analysis) throw analysisNotFound();
    if (analysis.status !== 'cancelled') {
      await store.settleLatestOf(documentId);
      throw new AnalysisRequestError('analysis_finished', 'The analysis has ended already; its result stays.', {
        status: analysis.status,
      });
    }
    return analysis;
  }

  /**
   * The events of an analysis after the given sequence, as they happen.
   *
   * @throws {AnalysisRequestError} analysis_not_found, also when the analysis or the access to it goes meanwhile
   */
  async *watch(
    caller: Caller,
    analysisId: AnalysisId,
    sequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<AnalysisEvent> {
    const { watch } = this.#options;
    const analysis = await this.#getFor(caller, analysisId, 'read');
    yield* watch.eventsAfter(analysis, sequence, signal);
  }

  /** Removes all analyses of a document that was deleted, whatever state they are in. @returns how many there were */
  async purge(documentId: DocumentId): Promise<number> {
    const { store, feed } = this.#options;
    const purged = await store.purge(documentId, new Date(), (analysisId) => ({
      type: 'analysis_cancelled',
      service: 'analysis',
      documentId,
      analysisId,
      details: { reason: 'document_deleted' },
    }));
    for (const analysisId of purged) feed.announce(analysisId);
    return purged.length;
  }

  /** Forgets idempotency keys that are too old to count. @returns how many */
  sweepIdempotencyKeys(): Promise<number> {
    return this.#options.store.sweepIdempotencyKeys(new Date(), sweepLimit);
  }

  async #latestOf(caller: Caller, documentId: DocumentId): Promise<AnalysisId | undefined> {
    await this.#options.documents.requireReadable(documentId, caller.assertion);
    return this.#options.store.latestOf(documentId);
  }

  async #getFor(caller: Caller, analysisId: AnalysisId, permission: DocumentPermission): Promise<Analysis> {
    return this.#visible(caller, await this.#options.store.get(analysisId), permission);
  }

  async #visible<A extends Pick<Analysis, 'documentId'>>(
    caller: Caller,
    analysis: A | undefined,
    permission: DocumentPermission,
  ): Promise<A> {
    if (!analysis) throw analysisNotFound();
    try {
      if (permission === 'read') await this.#options.documents.requireReadable(analysis.documentId, caller.assertion);
      else await this.requireAnalyzable(caller, analysis.documentId);
    } catch (error) {
      // That there is an analysis is as secret as its document.
      throw error instanceof AnalysisRequestError && error.kind === 'document_not_found' ? analysisNotFound() : error;
    }
    return analysis;
  }
}

/** @throws {AnalysisRequestError} analysis_not_found if there is none */
function completed<A>(analysis: A | undefined): A {
  if (analysis) return analysis;
  throw new AnalysisRequestError('analysis_not_found', 'No analysis of this document has been completed yet.');
}

/** Why a document that is known to have no text cannot be reviewed. */
function refusalFor({ status, statusReason }: DocumentState): AnalysisRequestError | undefined {
  const facts = statusReason ? { status_reason: statusReason.reason } : {};
  switch (status) {
    case 'needs_ocr':
      return new AnalysisRequestError(
        'document_needs_ocr',
        statusReason?.message ?? 'The document consists of pictures of pages; it has no text to review.',
        facts,
      );
    case 'unreadable':
      return new AnalysisRequestError(
        'document_unreadable',
        statusReason?.message ?? 'The document has no text that can be read.',
        facts,
      );
    default:
      return undefined;
  }
}

function canonicalText({ documentId, analysisType, engine, force, position, allowFallback }: WantedAnalysis): string {
  return JSON.stringify([documentId, analysisType, engine, force, position, allowFallback]);
}

function auditEvent(
  type: 'analysis_requested' | 'analysis_cancelled',
  { userId, sessionId }: Caller,
  event: Required<Pick<NewAuditEvent, 'analysisId' | 'documentId' | 'details'>>,
): NewAuditEvent {
  return { type, service: 'analysis', userId, sessionId, ...event };
}
