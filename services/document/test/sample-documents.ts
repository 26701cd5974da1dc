import { createHash, randomUUID } from 'node:crypto';
import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Document, DocumentId, SharedDocument, UserId } from '../src/domain/document.ts';
import type { ReadyOutcome } from '../src/extraction/extractor.ts';

export function newUserId(): UserId {
  return randomUUID() as string as UserId;
}

/** A document as an upload makes it, with content of its own unless told otherwise. */
export function newDocument(ownerId: UserId, given: Partial<Document> = {}): Document {
  const documentId = randomUUID() as string as DocumentId;
  const now = new Date();
  return {
    documentId,
    ownerId,
    filename: 'lease.txt',
    contentType: 'text/plain',
    sizeBytes: 5,
    sha256: sha256(documentId),
    status: 'uploaded',
    metadata: {},
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...given,
  };
}

/** The same as it is read on its own, before it is shared with anybody. */
export function unshared(document: Document): SharedDocument {
  return { ...document, grants: [] };
}

export function eventOf(type: NewAuditEvent['type'], { documentId, ownerId }: Document): NewAuditEvent {
  return { type, service: 'document', userId: ownerId, documentId };
}

export function readyOutcome(text: string): ReadyOutcome {
  return {
    status: 'ready',
    text,
    pages: [{ page: 1, start: 0, end: text.length }],
    charCount: text.length,
    textSha256: sha256(text),
  };
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
