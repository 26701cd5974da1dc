import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditTrail } from '@contract-reviewer/platform/audit/audit-events';
import type { ServicePrincipal, UserPrincipal } from '@contract-reviewer/platform/auth/principal';
import type { Access } from './access.ts';
import {
  type Document,
  type DocumentId,
  type DocumentText,
  isBeingRead,
  type StatusReason,
} from './domain/document.ts';
import { DocumentError, documentNotFound } from './domain/errors.ts';
import type { DocumentStore } from './storage/document-store.ts';

const firstPollMs = 25;
const slowestPollMs = 250;

/** The texts that were extracted from documents. */
export class DocumentTexts {
  readonly #store: DocumentStore;
  readonly #access: Access;
  readonly #trail: AuditTrail;

  constructor(store: DocumentStore, access: Access, trail: AuditTrail) {
    this.#store = store;
    this.#access = access;
    this.#trail = trail;
  }

  /**
   * The text of a document. That it is read is recorded.
   *
   * @param analysisId what a service reads it for
   * @param waitMs how long to wait for an extraction that is under way
   * @throws {DocumentError} document_not_found, permission_denied, text_not_ready if it is still under way,
   *   document_needs_ocr, document_unreadable
   */
  async read(
    caller: UserPrincipal | ServicePrincipal,
    { documentId, analysisId }: { documentId: DocumentId; analysisId?: string },
    waitMs: number,
    signal: AbortSignal,
  ): Promise<DocumentText> {
    requireText(await this.#afterExtraction(caller, documentId, waitMs, signal));
    const text = await this.#store.getText(documentId);
    if (!text) throw documentNotFound();
    const reader =
      caller.kind === 'user' ? { userId: caller.userId, sessionId: caller.sessionId } : analysisId && { analysisId };
    await this.#trail.record({ type: 'document_text_read', service: 'document', ...reader, documentId });
    return text;
  }

  /** @throws {DocumentError} document_not_found, permission_denied unless the caller may read the text */
  async requireReadable(caller: UserPrincipal | ServicePrincipal, documentId: DocumentId): Promise<void> {
    await this.#access.require(caller, documentId, 'read');
  }

  /** Asks again and again, ever more slowly, because the extraction may run in another process. */
  async #afterExtraction(
    caller: UserPrincipal | ServicePrincipal,
    documentId: DocumentId,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<Document> {
    const until = performance.now() + waitMs;
    for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 2, slowestPollMs)) {
      const document = await this.#access.require(caller, documentId, 'read');
      const leftMs = until - performance.now();
      if (!isBeingRead(document) || leftMs <= 0) return document;
      await sleep(Math.min(pollMs, leftMs), undefined, { signal });
    }
  }
}

function requireText({ status, statusReason }: Document): void {
  switch (status) {
    case 'ready':
      return;
    case 'uploaded':
    case 'extracting':
      throw new DocumentError('text_not_ready', 'The text is still being extracted. Ask again shortly.');
    case 'needs_ocr':
      throw withoutText('document_needs_ocr', statusReason);
    case 'unreadable':
      throw withoutText('document_unreadable', statusReason);
  }
}

function withoutText(kind: 'document_needs_ocr' | 'document_unreadable', reason: StatusReason | undefined) {
  return new DocumentError(kind, reason?.message ?? 'The document has no text.', {
    ...(reason && { status_reason: reason.reason }),
  });
}
