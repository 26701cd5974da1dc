import type { DocumentId, DocumentState, UserId } from './document.ts';
import { type Permission, permissions } from './permission.ts';

/** What a user other than the owner may do with a document. */
export interface GrantedPermissions {
  userId: UserId;
  /** In the order of `permissions`, without repetition; `read` or `admin` is among them. */
  permissions: readonly Permission[];
}

export interface Grant extends GrantedPermissions {
  documentId: DocumentId;
  /** Who gave it, or changed it last. */
  grantedBy: UserId;
  createdAt: Date;
  updatedAt: Date;
}

/** How many users a document can be shared with. Its entry in the cache names them all. */
export const maxGrants = 1000;

/** What the user was granted; nothing for the owner, who needs no grant. */
export function grantedOn({ grants }: DocumentState, userId: string): readonly Permission[] {
  return grants.find((grant) => grant.userId === userId)?.permissions ?? [];
}

/** All that the user may do with the document, if their session may. `admin` stands for everything, as ownership does. */
export function heldOn(document: DocumentState, userId: string): ReadonlySet<Permission> {
  const granted = grantedOn(document, userId);
  return new Set(document.ownerId === userId || granted.includes('admin') ? permissions : granted);
}

/** @returns what is wrong with the permissions of a grant, as the end of a sentence; undefined if nothing */
export function grantProblem(wanted: readonly string[]): string | undefined {
  const isKnown = wanted.every((word) => (permissions as readonly string[]).includes(word));
  if (wanted.length === 0 || !isKnown) return `must be one or more of ${permissions.join(', ')}`;
  if (new Set(wanted).size < wanted.length) return 'must not name a permission twice';
  if (!wanted.includes('read') && !wanted.includes('admin')) {
    return 'must include read (or admin, which stands for all): to whoever may not read it, the document does not exist';
  }
  return undefined;
}
