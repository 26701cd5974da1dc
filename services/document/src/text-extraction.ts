import type { BlobStore } from './blobs/blob-store.ts';
import type { DocumentId } from './domain/document.ts';
import type { TextExtractor } from './extraction/extractor.ts';
import type { ExtractionJob } from './extraction-job.ts';
import type { DocumentStore } from './storage/document-store.ts';

/** Reads the texts of documents, in the background. */
export class TextExtraction {
  readonly #store: DocumentStore;
  readonly #blobs: BlobStore;
  readonly #extractor: TextExtractor;

  constructor(store: DocumentStore, blobs: BlobStore, extractor: TextExtractor) {
    this.#store = store;
    this.#blobs = blobs;
    this.#extractor = extractor;
  }

  /**
   * Reads a document. If it runs twice, the later start decides: the earlier one cannot store what it found.
   *
   * @throws when the system fails, not the file; to try again is then worth it
   */
  async extract({ documentId }: ExtractionJob, signal: AbortSignal): Promise<void> {
    const attempt = await this.#store.beginExtraction(documentId, new Date());
    if (!attempt) return;
    const { sha256, contentType } = attempt.document;
    const outcome = await this.#blobs.useFile(sha256, (path) =>
      this.#extractor.extract({ path, contentType }, { signal }),
    );
    await this.#store.finishExtraction(documentId, attempt.number, outcome, new Date());
  }

  /** Every attempt has failed. */
  async giveUp({ documentId }: { documentId: DocumentId }): Promise<void> {
    const message = 'The text could not be extracted, because of a fault on our side. Upload the document again.';
    await this.#store.abandonExtraction(documentId, { reason: 'extraction_failed', message }, new Date());
  }
}
