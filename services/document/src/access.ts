import type { ServicePrincipal, UserPrincipal } from '@contract-reviewer/platform/auth/principal';
import type { Leased } from '@contract-reviewer/platform/trust-period';
import type { DocumentId, DocumentState, SharedDocument, UserId } from './domain/document.ts';
import { DocumentError, documentNotFound } from './domain/errors.ts';
import { grantedOn, heldOn } from './domain/grant.ts';
import { type Permission, permissions } from './domain/permission.ts';
import type { DocumentStore, RenderedDocument, Viewer } from './storage/document-store.ts';

/** What a grant is to become; without permissions there is none any more. */
export interface WantedGrant {
  userId: UserId;
  permissions: readonly Permission[];
}

/** All but `admin`. */
const ordinaryPermissions = permissions.filter((permission) => permission !== 'admin');

/**
 * Who may do what with documents: what their grant holds, and for owners everything, as far as their session may do it
 * and is not narrowed to another document.
 */
export class Access {
  readonly #documents: DocumentStore;

  constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  /**
   * The document, if the caller may do that with it. A service reads for a user who was allowed to have it read.
   *
   * @throws {DocumentError} document_not_found if there is none that the caller may see, permission_denied
   */
  async require(
    caller: UserPrincipal | ServicePrincipal,
    documentId: DocumentId,
    permission: Permission,
  ): Promise<SharedDocument> {
    return permitted(caller, await this.#documents.get(documentId), permission);
  }

  /** The same, with the document as REST gives it. @throws {DocumentError} document_not_found, permission_denied */
  async requireRendered(
    caller: UserPrincipal,
    documentId: DocumentId,
    permission: Permission,
  ): Promise<Leased<RenderedDocument>> {
    const { value, until } = await this.#documents.getRendered(documentId);
    return { value: permitted(caller, value, permission), until };
  }

  /**
   * Owners delete what is theirs, and who was granted `admin` does as they do.
   *
   * @throws {DocumentError} document_not_found, permission_denied
   */
  async requireDeleter(caller: UserPrincipal, documentId: DocumentId): Promise<void> {
    const document = await this.require(caller, documentId, 'write');
    if (!heldOn(document, caller.userId).has('admin')) throw grantLacks('admin');
  }

  /** Whose list the caller gets. @throws {DocumentError} permission_denied */
  viewerFor(caller: UserPrincipal): Viewer {
    if (!caller.permissions.has('read')) throw sessionLacks('read');
    return {
      userId: caller.userId as UserId,
      ...(caller.resourceId === undefined ? {} : { documentId: caller.resourceId as DocumentId }),
    };
  }

  /** @throws {DocumentError} permission_denied, session_is_narrowed */
  requireUploader(caller: UserPrincipal): void {
    if (!caller.permissions.has('write')) throw sessionLacks('write');
    if (caller.resourceId !== undefined) {
      throw new DocumentError(
        'session_is_narrowed',
        'This session is narrowed to one document and cannot add another.',
      );
    }
  }

  /** Whether the caller sees all grants of a document that they may read, and not their own alone. */
  seesAllGrants(caller: UserPrincipal, document: SharedDocument): boolean {
    return heldOn(document, caller.userId).has('share');
  }

  /** @throws {DocumentError} document_not_found, permission_denied unless the caller may make that of a grant now */
  async requireGranter(caller: UserPrincipal, documentId: DocumentId, wanted: WantedGrant): Promise<void> {
    const document = await this.#documents.get(documentId);
    if (!document) throw documentNotFound();
    this.authorizeGrant(caller, document, wanted);
  }

  /**
   * The same for a document at hand. Owners and those with `admin` change any grant; those with `share` one that holds,
   * before and after, nothing that they do not hold themselves and neither `share` nor `admin`; and everybody may give up
   * their own.
   */
  authorizeGrant(caller: UserPrincipal, document: SharedDocument, wanted: WantedGrant): void {
    if (!isVisible(document, caller)) throw documentNotFound();
    if (!sessionMay(caller, 'share')) throw sessionLacks('share');
    if (wanted.userId === caller.userId && wanted.permissions.length === 0) return;
    requirePermission(caller, document, 'share');
    if (mayDo(caller, document, 'admin')) return;
    const beyond = [...grantedOn(document, wanted.userId), ...wanted.permissions].filter(
      (permission) => permission === 'share' || permission === 'admin' || !mayDo(caller, document, permission),
    );
    if (beyond.length > 0) throw beyondSharing(new Set(beyond));
  }
}

/** @throws {DocumentError} document_not_found, permission_denied */
function permitted<D extends DocumentState>(
  caller: UserPrincipal | ServicePrincipal,
  document: D | undefined,
  permission: Permission,
): D {
  if (!document) throw documentNotFound();
  if (caller.kind === 'user') requirePermission(caller, document, permission);
  else if (permission !== 'read') throw sessionLacks(permission);
  return document;
}

/** @throws {DocumentError} document_not_found, permission_denied */
function requirePermission(caller: UserPrincipal, document: DocumentState, permission: Permission): void {
  if (!isVisible(document, caller)) throw documentNotFound();
  if (!sessionMay(caller, permission)) throw sessionLacks(permission);
  if (!heldOn(document, caller.userId).has(permission)) throw grantLacks(permission);
}

function mayDo(caller: UserPrincipal, document: DocumentState, permission: Permission): boolean {
  return sessionMay(caller, permission) && heldOn(document, caller.userId).has(permission);
}

function isVisible(document: DocumentState, { userId, resourceId }: UserPrincipal): boolean {
  return (resourceId === undefined || resourceId === document.documentId) && heldOn(document, userId).has('read');
}

/**
 * In a session `admin` is about the whole system, and only administrators' sessions have it. `admin` of one document is
 * exercised by a session that may do everything else, so it is not in the reach of one that was narrowed.
 */
function sessionMay(caller: UserPrincipal, permission: Permission): boolean {
  const needed = permission === 'admin' ? ordinaryPermissions : [permission];
  return needed.every((each) => caller.permissions.has(each));
}

function sessionLacks(permission: Permission): DocumentError {
  return new DocumentError('permission_denied', `This session lacks the permission to ${permission}.`, { permission });
}

function grantLacks(permission: Permission): DocumentError {
  return new DocumentError(
    'permission_denied',
    `The document is shared with you without the permission ${permission}. Ask its owner for it.`,
    { permission },
  );
}

function beyondSharing(beyond: ReadonlySet<Permission>): DocumentError {
  const message =
    'Who may share a document decides over what they may do with it themself, but over neither share nor admin. ' +
    `Ask its owner; this is about: ${[...beyond].join(', ')}.`;
  return new DocumentError('permission_denied', message, { permission: 'admin' });
}
