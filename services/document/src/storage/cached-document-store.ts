import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Cache, CoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import type { Leased } from '@contract-reviewer/platform/trust-period';
import type { Document, DocumentId, DocumentText, SharedDocument, StatusReason } from '../domain/document.ts';
import type { ExtractionOutcome } from '../extraction/extractor.ts';
import { documentKey, documentTtlMs, listGenerationKey, listKey, listTtlMs } from './cache-keys.ts';
import {
  documentPageOf,
  generationCodec,
  renderedDocumentCodec,
  renderedPageCodec,
  sharedDocumentOf,
} from './document-codec.ts';
import type {
  DocumentChange,
  DocumentPage,
  DocumentStore,
  ExtractionAttempt,
  PageRequest,
  RenderedDocument,
  RenderedPage,
  UpdateOptions,
  Viewer,
} from './document-store.ts';

/**
 * Serves documents and lists from Redis. Writes go to the store below, whose transactions invalidate; then the document
 * is filled again. Texts are too large to be worth it.
 */
export class CachedDocumentStore implements DocumentStore {
  readonly #store: DocumentStore;
  readonly #documents: Cache<RenderedDocument>;
  readonly #pages: Cache<RenderedPage>;
  readonly #generations: Cache<number>;

  constructor(store: DocumentStore, cache: CoherentCache) {
    this.#store = store;
    this.#documents = cache.family({ name: 'document', ttlMs: documentTtlMs, codec: renderedDocumentCodec });
    this.#pages = cache.family({ name: 'documents_list', ttlMs: listTtlMs, codec: renderedPageCodec });
    this.#generations = cache.family({ name: 'documents_list_generation', ttlMs: listTtlMs, codec: generationCodec });
  }

  async create(document: Document, event: NewAuditEvent, placeContent: () => Promise<void>): Promise<void> {
    await this.#store.create(document, event, placeContent);
    this.refill(document.documentId);
  }

  async get(documentId: DocumentId): Promise<SharedDocument | undefined> {
    const { value } = await this.getRendered(documentId);
    return value && sharedDocumentOf(value);
  }

  getRendered(documentId: DocumentId): Promise<Leased<RenderedDocument | undefined>> {
    return this.#documents.readLeased(documentKey(documentId), () => this.#load(documentId));
  }

  async list(viewer: Viewer, page: PageRequest): Promise<DocumentPage> {
    return documentPageOf(await this.listRendered(viewer, page));
  }

  async listRendered(viewer: Viewer, page: PageRequest): Promise<RenderedPage> {
    const key = listKey(viewer, await this.listGeneration(viewer), page);
    // Every viewer has a list, so the store below never answers undefined.
    return (await this.#pages.read(key, () => this.#store.listRendered(viewer, page))) as RenderedPage;
  }

  async listGeneration(viewer: Viewer): Promise<number> {
    const read = this.#generations.read(listGenerationKey(viewer), () => this.#store.listGeneration(viewer));
    return (await read) as number;
  }

  async update(documentId: DocumentId, change: DocumentChange, options: UpdateOptions): Promise<Document | undefined> {
    const document = await this.#store.update(documentId, change, options);
    this.refill(documentId);
    return document;
  }

  delete(documentId: DocumentId, event: NewAuditEvent): Promise<boolean> {
    return this.#store.delete(documentId, event);
  }

  getText(documentId: DocumentId): Promise<DocumentText | undefined> {
    return this.#store.getText(documentId);
  }

  async beginExtraction(documentId: DocumentId, now: Date): Promise<ExtractionAttempt | undefined> {
    const attempt = await this.#store.beginExtraction(documentId, now);
    if (attempt) this.refill(documentId);
    return attempt;
  }

  async finishExtraction(
    documentId: DocumentId,
    attempt: number,
    outcome: ExtractionOutcome,
    now: Date,
  ): Promise<boolean> {
    const isStored = await this.#store.finishExtraction(documentId, attempt, outcome, now);
    if (isStored) this.refill(documentId);
    return isStored;
  }

  async abandonExtraction(documentId: DocumentId, reason: StatusReason, now: Date): Promise<void> {
    await this.#store.abandonExtraction(documentId, reason, now);
    this.refill(documentId);
  }

  /** Fills the document again in the background, after a write to what belongs to it has invalidated it. */
  refill(documentId: DocumentId): void {
    this.#documents.refill(documentKey(documentId), () => this.#load(documentId));
  }

  async #load(documentId: DocumentId): Promise<RenderedDocument | undefined> {
    return (await this.#store.getRendered(documentId)).value;
  }
}
