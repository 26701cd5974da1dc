import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Leased } from '@contract-reviewer/platform/trust-period';
import type { Version1Reads } from '@contract-reviewer/platform/version1/tracked-writes';
import type { Document, DocumentId, DocumentText, SharedDocument, StatusReason } from '../domain/document.ts';
import type { ExtractionOutcome } from '../extraction/extractor.ts';
import { version1DocumentKey } from '../version1/version1-keys.ts';
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

/** Sees to it, as long as version 1's own processes may still write, that a document is read as they left it. */
export class RefreshedDocumentStore implements DocumentStore {
  readonly #store: DocumentStore;
  readonly #version1: Version1Reads;

  constructor(store: DocumentStore, version1: Version1Reads) {
    this.#store = store;
    this.#version1 = version1;
  }

  async get(documentId: DocumentId): Promise<SharedDocument | undefined> {
    await this.#version1.refresh(version1DocumentKey(documentId));
    return this.#store.get(documentId);
  }

  async getRendered(documentId: DocumentId): Promise<Leased<RenderedDocument | undefined>> {
    await this.#version1.refresh(version1DocumentKey(documentId));
    return this.#store.getRendered(documentId);
  }

  create(document: Document, event: NewAuditEvent, placeContent: () => Promise<void>): Promise<void> {
    return this.#store.create(document, event, placeContent);
  }

  list(viewer: Viewer, page: PageRequest): Promise<DocumentPage> {
    return this.#store.list(viewer, page);
  }

  listRendered(viewer: Viewer, page: PageRequest): Promise<RenderedPage> {
    return this.#store.listRendered(viewer, page);
  }

  listGeneration(viewer: Viewer): Promise<number> {
    return this.#store.listGeneration(viewer);
  }

  update(documentId: DocumentId, change: DocumentChange, options: UpdateOptions): Promise<Document | undefined> {
    return this.#store.update(documentId, change, options);
  }

  delete(documentId: DocumentId, event: NewAuditEvent): Promise<boolean> {
    return this.#store.delete(documentId, event);
  }

  getText(documentId: DocumentId): Promise<DocumentText | undefined> {
    return this.#store.getText(documentId);
  }

  beginExtraction(documentId: DocumentId, now: Date): Promise<ExtractionAttempt | undefined> {
    return this.#store.beginExtraction(documentId, now);
  }

  finishExtraction(documentId: DocumentId, attempt: number, outcome: ExtractionOutcome, now: Date): Promise<boolean> {
    return this.#store.finishExtraction(documentId, attempt, outcome, now);
  }

  abandonExtraction(documentId: DocumentId, reason: StatusReason, now: Date): Promise<void> {
    return this.#store.abandonExtraction(documentId, reason, now);
  }
}
