import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { DocumentId, SharedDocument, UserId } from '../domain/document.ts';
import type { Grant } from '../domain/grant.ts';

/** What a grant is to become. */
export type NewGrant = Pick<Grant, 'documentId' | 'userId' | 'permissions' | 'grantedBy'>;

export interface GrantChangeOptions {
  /**
   * Throws unless the change may be made. Called with the document and its grants as they are, which nobody can change
   * before this change is made.
   */
  authorize: (document: SharedDocument) => void;
  now: Date;
  /** Recorded if anything changes. */
  event: NewAuditEvent;
}

/**
 * Whom documents are shared with. Once a change resolves, no read of the document and of its viewers' lists on any
 * replica goes by what was before, and nothing that anybody concluded from that is trusted any more.
 */
export interface GrantStore {
  /** All of a document, in the order of the user ids. */
  list(documentId: DocumentId): Promise<Grant[]>;

  get(documentId: DocumentId, userId: UserId): Promise<Grant | undefined>;

  /**
   * Grants just these permissions, whatever was granted before. To do it again changes nothing.
   *
   * @returns the grant, or undefined if there is no such document
   * @throws {DocumentError} user_is_owner, too_many_grants, or what `authorize` throws
   */
  set(grant: NewGrant, options: GrantChangeOptions): Promise<Grant | undefined>;

  /**
   * @returns whether there was such a grant
   * @throws what `authorize` throws
   */
  remove(documentId: DocumentId, userId: UserId, options: GrantChangeOptions): Promise<boolean>;
}
