/** Which content documents need. Content that none needs is removed, and never while a document that needs it is being made. */
export interface BlobReferenceStore {
  /** Those of the hashes that no document has at this moment. */
  findUnreferenced(hashes: readonly string[]): Promise<string[]>;

  /**
   * Calls `remove` if no document has the content, and lets no document with that content be made before it is done.
   * While a backup is being taken, nothing is removed.
   *
   * @returns whether it was removed
   */
  removeUnreferenced(sha256: string, remove: () => Promise<void>): Promise<boolean>;
}
