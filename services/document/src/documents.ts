import type { AuditTrail, NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { UserPrincipal } from '@contract-reviewer/platform/auth/principal';
import type { RenderedJson } from '@contract-reviewer/platform/json/rendered-json';
import type { Leased } from '@contract-reviewer/platform/trust-period';
import type { Access } from './access.ts';
import { BlobMissingError, type BlobStore } from './blobs/blob-store.ts';
import type { Document, DocumentId, DocumentState } from './domain/document.ts';
import { DocumentError, documentNotFound } from './domain/errors.ts';
import type { Permission } from './domain/permission.ts';
import type { DocumentChange, DocumentPage, DocumentStore, PageRequest } from './storage/document-store.ts';

export interface Content {
  document: Document;
  /** The original bytes. */
  chunks: AsyncIterable<Buffer>;
}

/** Documents as their owners, and those whom they shared them with, see and change them. */
export class Documents {
  readonly #store: DocumentStore;
  readonly #blobs: BlobStore;
  readonly #access: Access;
  readonly #trail: AuditTrail;

  constructor(store: DocumentStore, blobs: BlobStore, access: Access, trail: AuditTrail) {
    this.#store = store;
    this.#blobs = blobs;
    this.#access = access;
    this.#trail = trail;
  }

  /** @throws {DocumentError} document_not_found, permission_denied */
  get(caller: UserPrincipal, documentId: DocumentId): Promise<Document> {
    return this.#access.require(caller, documentId, 'read');
  }

  /** The same as REST gives it. @throws {DocumentError} document_not_found, permission_denied */
  async getRendered(caller: UserPrincipal, documentId: DocumentId): Promise<RenderedJson> {
    return (await this.#access.requireRendered(caller, documentId, 'read')).value.json;
  }

  /**
   * The document's state, if the caller may do that with it, and until when it may be relied upon that they may.
   *
   * @throws {DocumentError} document_not_found, permission_denied
   */
  check(caller: UserPrincipal, documentId: DocumentId, permission: Permission): Promise<Leased<DocumentState>> {
    return this.#access.requireRendered(caller, documentId, permission);
  }

  /** The documents that the caller may read, newest first. @throws {DocumentError} permission_denied */
  async list(caller: UserPrincipal, page: PageRequest): Promise<DocumentPage> {
    return this.#store.list(this.#access.viewerFor(caller), page);
  }

  /** The same as REST gives it. @throws {DocumentError} permission_denied */
  async listRendered(caller: UserPrincipal, page: PageRequest): Promise<RenderedJson> {
    return (await this.#store.listRendered(this.#access.viewerFor(caller), page)).json;
  }

  /** @throws {DocumentError} document_not_found, permission_denied, version_mismatch */
  async update(
    caller: UserPrincipal,
    documentId: DocumentId,
    change: DocumentChange,
    expectedVersion?: number,
  ): Promise<Document> {
    await this.#access.require(caller, documentId, 'write');
    const document = await this.#store.update(documentId, change, {
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      now: new Date(),
      event: documentEvent('document_updated', caller, documentId, { changed: Object.keys(change) }),
    });
    if (!document) throw documentNotFound();
    return document;
  }

  /** @throws {DocumentError} document_not_found, permission_denied */
  async delete(caller: UserPrincipal, documentId: DocumentId): Promise<void> {
    await this.#access.requireDeleter(caller, documentId);
    const existed = await this.#store.delete(documentId, documentEvent('document_deleted', caller, documentId));
    if (!existed) throw documentNotFound();
  }

  /**
   * The original file; that it is given out is recorded first.
   *
   * @throws {DocumentError} document_not_found, permission_denied, file_not_kept
   */
  async content(caller: UserPrincipal, documentId: DocumentId): Promise<Content> {
    const document = await this.#access.require(caller, documentId, 'read');
    // An upload is never empty; this is a document that was taken over without its file.
    if (document.sizeBytes === 0) throw new DocumentError('file_not_kept', document.statusReason?.message ?? '');
    await this.#trail.record(documentEvent('document_downloaded', caller, documentId));
    return { document, chunks: this.#contentOf(document) };
  }

  async *#contentOf({ documentId, sha256 }: Document): AsyncIterable<Buffer> {
    try {
      yield* this.#blobs.read(sha256);
    } catch (error) {
      // It may have been deleted since it was looked up.
      if (error instanceof BlobMissingError && !(await this.#store.get(documentId))) throw documentNotFound();
      throw error;
    }
  }
}

function documentEvent(
  type: 'document_updated' | 'document_deleted' | 'document_downloaded',
  { userId, sessionId }: UserPrincipal,
  documentId: DocumentId,
  details: Record<string, unknown> = {},
): NewAuditEvent {
  return { type, service: 'document', userId, sessionId, documentId, details };
}
