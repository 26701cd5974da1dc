import type { ServicePrincipal, UserPrincipal } from '@contract-reviewer/platform/auth/principal';
import type { Document, DocumentId, UserId } from './domain/document.ts';
import { DocumentError, documentNotFound } from './domain/errors.ts';
import type { Permission } from './domain/permission.ts';
import type { DocumentStore, Viewer } from './storage/document-store.ts';

/** Who may do what with documents. */
export class Access {
  readonly #documents: DocumentStore;

  constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  /**
   * The document, if the caller may do that with it. A service reads on behalf of a user who was allowed to.
   *
   * @throws {DocumentError} document_not_found if there is none that the caller may see, permission_denied
   */
  async require(
    caller: UserPrincipal | ServicePrincipal,
    documentId: DocumentId,
    permission: Permission,
  ): Promise<Document> {
    const document = await this.#documents.get(documentId);
    if (!document || !isVisible(document, caller)) throw documentNotFound();
    if (!mayDo(caller, permission)) throw lacking(permission);
    return document;
  }

  /** Whose list the caller gets. @throws {DocumentError} permission_denied */
  viewerFor(caller: UserPrincipal): Viewer {
    if (!mayDo(caller, 'read')) throw lacking('read');
    return {
      ownerId: caller.userId as UserId,
      ...(caller.resourceId === undefined ? {} : { documentId: caller.resourceId as DocumentId }),
    };
  }

  /** @throws {DocumentError} permission_denied, session_is_narrowed */
  requireUploader(caller: UserPrincipal): void {
    if (!mayDo(caller, 'write')) throw lacking('write');
    if (caller.resourceId !== undefined) {
      throw new DocumentError(
        'session_is_narrowed',
        'This session is narrowed to one document and cannot add another.',
      );
    }
  }
}

function isVisible(document: Document, caller: UserPrincipal | ServicePrincipal): boolean {
  if (caller.kind === 'service') return true;
  const isInScope = caller.resourceId === undefined || caller.resourceId === document.documentId;
  return isInScope && caller.userId === document.ownerId;
}

function mayDo(caller: UserPrincipal | ServicePrincipal, permission: Permission): boolean {
  return caller.kind === 'service' ? permission === 'read' : caller.permissions.has(permission);
}

function lacking(permission: Permission): DocumentError {
  return new DocumentError('permission_denied', `This session lacks the permission to ${permission}.`, { permission });
}
