import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { RefusalRecorder } from '@contract-reviewer/platform/audit/refusals';
import type { UserPrincipal } from '@contract-reviewer/platform/auth/principal';
import type { Access } from './access.ts';
import type { BlobStore, IncomingBlob } from './blobs/blob-store.ts';
import type { ContentType, Document, DocumentId, UserId } from './domain/document.ts';
import { DocumentError } from './domain/errors.ts';
import type { Metadata } from './domain/metadata.ts';
import type { ArchiveLimits } from './extraction/archive-limits.ts';
import { sniffContentType, sniffedBytes } from './extraction/content-type.ts';
import { UnreadableError } from './extraction/unreadable-error.ts';
import { UnsupportedContentError } from './extraction/unsupported-content-error.ts';
import { confirmWordDocument } from './extraction/word-archive.ts';
import type { DocumentStore } from './storage/document-store.ts';

export interface Upload {
  /** Clean already. */
  filename: string;
  metadata: Metadata;
  chunks: AsyncIterable<Uint8Array>;
}

export interface UploadLimits {
  maxBytes: number;
  archive: ArchiveLimits;
}

/** A file that was received whole and is of a kind that is taken. */
interface InspectedUpload extends Pick<Upload, 'filename' | 'metadata'> {
  incoming: IncomingBlob;
  contentType: ContentType;
}

/** Takes in files and makes documents of them. */
export class Uploads {
  readonly #store: DocumentStore;
  readonly #blobs: BlobStore;
  readonly #access: Access;
  readonly #limits: UploadLimits;
  readonly #refusals: RefusalRecorder;

  constructor(store: DocumentStore, blobs: BlobStore, access: Access, limits: UploadLimits, refusals: RefusalRecorder) {
    this.#store = store;
    this.#blobs = blobs;
    this.#access = access;
    this.#limits = limits;
    this.#refusals = refusals;
  }

  /**
   * Stores a file; its text is extracted in the background. An upload that fails leaves nothing behind.
   *
   * @param signal aborted when the caller gives up; the document is then not made
   * @throws {DocumentError} permission_denied, session_is_narrowed, empty_file, file_too_large, unsupported_file_type,
   *   dangerous_file
   */
  async upload(caller: UserPrincipal, { filename, metadata, chunks }: Upload, signal: AbortSignal): Promise<Document> {
    this.#access.requireUploader(caller);
    try {
      await using incoming = await this.#blobs.receive(atMost(this.#limits.maxBytes, chunks));
      const contentType = await inspect(incoming, filename, this.#limits.archive);
      signal.throwIfAborted();
      return await this.#keep(caller, { filename, metadata, incoming, contentType });
    } catch (error) {
      if (error instanceof DocumentError) await this.#recordRefusal(caller, error);
      throw error;
    }
  }

  async #keep(
    caller: UserPrincipal,
    { filename, metadata, incoming, contentType }: InspectedUpload,
  ): Promise<Document> {
    const now = new Date();
    const document: Document = {
      documentId: randomUUID() as string as DocumentId,
      ownerId: caller.userId as UserId,
      filename,
      contentType,
      sizeBytes: incoming.sizeBytes,
      sha256: incoming.sha256,
      status: 'uploaded',
      metadata,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    const event: NewAuditEvent = {
      type: 'document_uploaded',
      service: 'document',
      userId: caller.userId,
      sessionId: caller.sessionId,
      documentId: document.documentId,
      details: { content_type: contentType, size_bytes: incoming.sizeBytes, sha256: incoming.sha256 },
    };
    await this.#store.create(document, event, () => incoming.place());
    return document;
  }

  async #recordRefusal({ userId, sessionId }: UserPrincipal, { kind }: DocumentError): Promise<void> {
    const details = { reason: kind };
    await this.#refusals.record({ type: 'upload_refused', service: 'document', userId, sessionId, details });
  }
}

async function* atMost(maxBytes: number, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new DocumentError('file_too_large', `The file has more than ${sizeOf(maxBytes)}, which is the limit.`, {
        max_bytes: String(maxBytes),
      });
    }
    yield chunk;
  }
}

/** What kind of file it is. One that is damaged or encrypted passes: extraction says what is wrong with it. */
async function inspect(file: IncomingBlob, filename: string, archiveLimits: ArchiveLimits): Promise<ContentType> {
  if (file.sizeBytes === 0) throw new DocumentError('empty_file', 'The file is empty.');
  try {
    const contentType = sniffContentType(await beginningOf(file.path), filename);
    if (contentType === 'application/vnd.openxmlformats-officedocument.wordprocessingml.document') {
      await confirmWordDocument(file.path, archiveLimits);
    }
    return contentType;
  } catch (error) {
    if (error instanceof UnsupportedContentError) throw new DocumentError('unsupported_file_type', error.message);
    if (!(error instanceof UnreadableError)) throw error;
    if (error.reason === 'unsafe_archive') throw new DocumentError('dangerous_file', error.message);
    return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  }
}

async function beginningOf(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
  return buffer.subarray(0, bytesRead);
}

function sizeOf(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return Number.isInteger(mebibytes) ? `${mebibytes} MB` : `${bytes.toLocaleString('en')} bytes`;
}
