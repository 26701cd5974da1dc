import type { BlobStore } from './blobs/blob-store.ts';
import type { BlobReferenceStore } from './storage/blob-reference-store.ts';

const batchSize = 500;

/**
 * Removes content that no document needs: of documents that were deleted, and of uploads that broke off between the
 * moment their content was placed and the commit of their document.
 */
export class BlobSweeper {
  readonly #blobs: BlobStore;
  readonly #references: BlobReferenceStore;
  readonly #abandonedAfterMs: number;

  /** @param abandonedAfterMs how long a file that is being uploaded may go without growing */
  constructor(blobs: BlobStore, references: BlobReferenceStore, abandonedAfterMs: number) {
    this.#blobs = blobs;
    this.#references = references;
    this.#abandonedAfterMs = abandonedAfterMs;
  }

  /** Looks through everything. */
  async sweep(): Promise<void> {
    await this.#blobs.dropAbandoned(new Date(Date.now() - this.#abandonedAfterMs));
    let batch: string[] = [];
    for await (const sha256 of this.#blobs.addresses()) {
      batch.push(sha256);
      if (batch.length < batchSize) continue;
      await this.#sweepBatch(batch);
      batch = [];
    }
    await this.#sweepBatch(batch);
  }

  /** Removes one content, unless a document needs it. @returns whether it was removed */
  removeUnreferenced(sha256: string): Promise<boolean> {
    return this.#references.removeUnreferenced(sha256, () => this.#blobs.remove(sha256));
  }

  async #sweepBatch(hashes: readonly string[]): Promise<void> {
    for (const sha256 of await this.#references.findUnreferenced(hashes)) await this.removeUnreferenced(sha256);
  }
}
