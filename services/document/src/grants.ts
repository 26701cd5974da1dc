import type { UserPrincipal } from '@contract-reviewer/platform/auth/principal';
import type { Access, WantedGrant } from './access.ts';
import type { DocumentId, UserId } from './domain/document.ts';
import { DocumentError, documentNotFound, grantNotFound } from './domain/errors.ts';
import type { Grant } from './domain/grant.ts';
import { type Permission, permissions } from './domain/permission.ts';
import type { GrantChangeOptions, GrantStore } from './storage/grant-store.ts';
import type { Users } from './users/users.ts';

/** Sharing documents with other users. */
export class Grants {
  readonly #store: GrantStore;
  readonly #access: Access;
  readonly #users: Users;

  constructor(store: GrantStore, access: Access, users: Users) {
    this.#store = store;
    this.#access = access;
    this.#users = users;
  }

  /**
   * Whom the document is shared with; for callers who may not share it, their own grant alone.
   *
   * @throws {DocumentError} document_not_found, permission_denied
   */
  async list(caller: UserPrincipal, documentId: DocumentId): Promise<Grant[]> {
    const document = await this.#access.require(caller, documentId, 'read');
    const grants = await this.#store.list(documentId);
    return this.#access.seesAllGrants(caller, document)
      ? grants
      : grants.filter(({ userId }) => userId === caller.userId);
  }

  /** @throws {DocumentError} document_not_found, permission_denied, grant_not_found if there is none that they may see */
  async get(caller: UserPrincipal, documentId: DocumentId, userId: UserId): Promise<Grant> {
    const document = await this.#access.require(caller, documentId, 'read');
    const maySee = userId === caller.userId || this.#access.seesAllGrants(caller, document);
    const grant = maySee ? await this.#store.get(documentId, userId) : undefined;
    if (!grant) throw grantNotFound();
    return grant;
  }

  /**
   * Grants a user just these permissions.
   *
   * @param wanted different ones, `read` or `admin` among them
   * @throws {DocumentError} document_not_found, permission_denied, user_is_owner, user_not_found, user_disabled,
   *   too_many_grants
   */
  async set(
    caller: UserPrincipal,
    documentId: DocumentId,
    userId: UserId,
    wanted: readonly Permission[],
  ): Promise<Grant> {
    const change = { userId, permissions: permissions.filter((permission) => wanted.includes(permission)) };
    // Before anything is told of the user, and in the transaction once more, when it counts.
    await this.#access.requireGranter(caller, documentId, change);
    await this.#requireActive(userId);
    const grant = { documentId, ...change, grantedBy: caller.userId as UserId };
    const granted = await this.#store.set(grant, this.#optionsOf('grant_changed', caller, documentId, change));
    if (!granted) throw documentNotFound();
    return granted;
  }

  /**
   * Takes all of a grant back.
   *
   * @throws {DocumentError} document_not_found, permission_denied, grant_not_found
   */
  async remove(caller: UserPrincipal, documentId: DocumentId, userId: UserId): Promise<void> {
    const change = { userId, permissions: [] };
    await this.#access.requireGranter(caller, documentId, change);
    const existed = await this.#store.remove(
      documentId,
      userId,
      this.#optionsOf('grant_removed', caller, documentId, change),
    );
    if (!existed) throw grantNotFound();
  }

  async #requireActive(userId: UserId): Promise<void> {
    switch (await this.#users.stateOf(userId)) {
      case 'active':
        return;
      case 'disabled':
        throw new DocumentError('user_disabled', 'The account of that user is disabled. An administrator enables it.');
      case 'unknown':
        throw new DocumentError(
          'user_not_found',
          'There is no user of that id. Your colleague finds theirs in the answer to a login, as user_id.',
        );
    }
  }

  #optionsOf(
    type: 'grant_changed' | 'grant_removed',
    caller: UserPrincipal,
    documentId: DocumentId,
    { userId: granteeId, permissions: granted }: WantedGrant,
  ): GrantChangeOptions {
    const { userId, sessionId } = caller;
    const details = { grantee_id: granteeId, ...(granted.length === 0 ? {} : { permissions: granted }) };
    return {
      authorize: (document) =>
        this.#access.authorizeGrant(caller, document, { userId: granteeId, permissions: granted }),
      now: new Date(),
      event: { type, service: 'document', userId, sessionId, documentId, details },
    };
  }
}
