import type { DocumentId, UserId } from '../domain/document.ts';
import type { Grant } from '../domain/grant.ts';
import type { GrantChangeOptions, GrantStore, NewGrant } from './grant-store.ts';

/**
 * What decides over access is part of the document's entry, which each change invalidates; here it is filled again. Who
 * granted what and when is asked for too seldom to be worth an entry.
 */
export class CachedGrantStore implements GrantStore {
  readonly #store: GrantStore;
  readonly #refillDocument: (documentId: DocumentId) => void;

  /** @param refillDocument fills the entry of a document in the background */
  constructor(store: GrantStore, refillDocument: (documentId: DocumentId) => void) {
    this.#store = store;
    this.#refillDocument = refillDocument;
  }

  list(documentId: DocumentId): Promise<Grant[]> {
    return this.#store.list(documentId);
  }

  get(documentId: DocumentId, userId: UserId): Promise<Grant | undefined> {
    return this.#store.get(documentId, userId);
  }

  async set(grant: NewGrant, options: GrantChangeOptions): Promise<Grant | undefined> {
    const granted = await this.#store.set(grant, options);
    this.#refillDocument(grant.documentId);
    return granted;
  }

  async remove(documentId: DocumentId, userId: UserId, options: GrantChangeOptions): Promise<boolean> {
    const existed = await this.#store.remove(documentId, userId, options);
    this.#refillDocument(documentId);
    return existed;
  }
}
