import type { Queryable, Transaction } from '@contract-reviewer/platform/pg/database';
import type { ImportContext, ImportOutcome, Version1Family } from '@contract-reviewer/platform/version1/family';
import type { BlobStore, IncomingBlob } from '../blobs/blob-store.ts';
import type { DocumentId, UserId } from '../domain/document.ts';
import { contentReleasedMessage } from '../messages/content-released.ts';
import { lockContent } from '../storage/content-lock.ts';
import { type DocumentRow, documentOf, wholeColumns } from '../storage/document-row.ts';
import type { ExtractionQueue } from '../storage/extraction-queue.ts';
import { recordChanges } from '../storage/list-changes.ts';
import { type ImportedDocument, importedDocument } from './imported-document.ts';
import { documentIdOf, version1DocumentKey } from './version1-keys.ts';
import { version1TextOf } from './version1-text.ts';

/** The row of a document that is there already, as far as an import goes by it. */
interface PresentRow {
  document_id: DocumentId;
  owner_id: UserId;
  sha256: string;
  size_bytes: number;
  content_type: string;
}

/** A document that is imported, and the file that is made of its text. */
interface Arrival extends ImportedDocument {
  ownerId: UserId;
  /** Undefined: the document keeps the file that it has. */
  file: IncomingBlob | undefined;
  present: PresentRow | undefined;
}

/** The documents of version 1. */
export class DocumentFamily implements Version1Family {
  readonly name = 'document';
  readonly pattern = 'document:*';
  readonly #blobs: BlobStore;
  readonly #extractions: ExtractionQueue;

  constructor(blobs: BlobStore, extractions: ExtractionQueue) {
    this.#blobs = blobs;
    this.#extractions = extractions;
  }

  import: Version1Family['import'] = async (transaction, entries, context) => {
    const readings = entries.map(({ key, text }) => importedDocument(documentIdOf(key), text, context.now));
    const found = readings.filter((reading) => 'documentId' in reading);
    const present = await presentRows(
      transaction,
      found.map(({ documentId }) => documentId),
    );
    await using files = new AsyncDisposableStack();
    const arrivals = new Map<DocumentId, Arrival>();
    for (const document of found) {
      const row = present.get(document.documentId);
      const ownerId = document.ownerId ?? row?.owner_id ?? (context.defaultOwnerId as UserId | undefined);
      if (ownerId === undefined) continue;
      const file = takesFile(document, row) ? files.use(await this.#receive(document)) : undefined;
      const isSame = file !== undefined && file.sha256 === row?.sha256;
      arrivals.set(document.documentId, { ...document, ownerId, file: isSame ? undefined : file, present: row });
    }
    await this.#write(transaction, [...arrivals.values()]);
    return readings.map((reading): ImportOutcome => {
      if ('setAside' in reading) return reading;
      return arrivals.has(reading.documentId) ? 'imported' : 'unowned';
    });
  };

  /** Makes documents of which nothing is known but the id, for the analyses that they had. */
  async supply(
    transaction: Transaction,
    keys: readonly string[],
    { defaultOwnerId, now }: ImportContext,
  ): Promise<readonly ('imported' | 'unowned')[]> {
    if (defaultOwnerId === undefined) return keys.map(() => 'unowned');
    await using files = new AsyncDisposableStack();
    const file = files.use(await this.#blobs.receive(bytesOf('')));
    await lockContent(transaction, file.sha256);
    await file.place();
    await transaction.query(
      `INSERT INTO document.documents
         (document_id, owner_id, filename, content_type, size_bytes, sha256, status, status_reason, status_message,
          metadata, version, created_at, updated_at)
       SELECT document_id, $2, document_id, 'text/plain', 0, $3, 'unreadable', $4, $5, '{}', 1, $6, $6
         FROM unnest($1::text[]) AS missing (document_id)`,
      [keys.map(documentIdOf), defaultOwnerId, file.sha256, notKept.reason, notKept.message, now],
    );
    const ownerId = defaultOwnerId as UserId;
    await recordChanges(
      transaction,
      keys.map((key) => ({ documentId: documentIdOf(key) as DocumentId, ownerId })),
    );
    return keys.map(() => 'imported');
  }

  render: Version1Family['render'] = async (database: Queryable, keys) => {
    const rows = await database.query<DocumentRow>(
      `SELECT ${wholeColumns} FROM document.documents WHERE document_id = ANY ($1::text[])`,
      [keys.map(documentIdOf)],
    );
    return new Map(rows.map((row) => [version1DocumentKey(row.document_id), version1TextOf(documentOf(row))]));
  };

  /** A document whose text version 1 did not keep gets an empty file. */
  #receive({ content = '' }: ImportedDocument): Promise<IncomingBlob> {
    return this.#blobs.receive(bytesOf(content));
  }

  async #write(transaction: Transaction, arrivals: readonly Arrival[]): Promise<void> {
    await placeAll(
      transaction,
      arrivals.flatMap(({ file }) => file ?? []),
    );
    await insertAll(
      transaction,
      arrivals.filter(({ present }) => !present),
    );
    for (const arrival of arrivals.filter(({ present }) => present)) await update(transaction, arrival);
    for (const { documentId, file } of arrivals) {
      if (file && file.sizeBytes > 0) await this.#extractions.send(transaction, { documentId }, Infinity);
    }
    await recordChanges(
      transaction,
      arrivals.flatMap(({ documentId, ownerId, present }) => [
        { documentId, ownerId },
        ...(present && present.owner_id !== ownerId ? [{ documentId, ownerId: present.owner_id }] : []),
      ]),
    );
  }
}

const notKept = { reason: 'not_kept', message: "Version 1 did not keep this document's file." };

/** A file that was uploaded stays; what version 1 kept of the text takes the place of what it kept before, or of nothing. */
function takesFile({ content }: ImportedDocument, present: PresentRow | undefined): boolean {
  if (!present) return true;
  return content !== undefined && present.content_type === 'text/plain';
}

async function presentRows(
  transaction: Transaction,
  documentIds: readonly DocumentId[],
): Promise<Map<DocumentId, PresentRow>> {
  const rows = await transaction.query<PresentRow>(
    `SELECT document_id, owner_id, sha256, size_bytes, content_type FROM document.documents
      WHERE document_id = ANY ($1::text[]) ORDER BY document_id FOR UPDATE`,
    [documentIds],
  );
  return new Map(rows.map((row) => [row.document_id, row]));
}

/** In one order, so that no two imports wait for each other. */
async function placeAll(transaction: Transaction, files: readonly IncomingBlob[]): Promise<void> {
  const bySha256 = new Map(files.map((file) => [file.sha256, file]));
  for (const sha256 of [...bySha256.keys()].sort()) {
    await lockContent(transaction, sha256);
    await bySha256.get(sha256)?.place();
  }
}

async function insertAll(transaction: Transaction, arrivals: readonly Arrival[]): Promise<void> {
  const column = (of: (arrival: Arrival) => unknown) => arrivals.map(of);
  await transaction.query(
    `INSERT INTO document.documents
       (document_id, owner_id, filename, content_type, size_bytes, sha256, status, status_reason, status_message,
        metadata, version, created_at, updated_at, version1_original)
     SELECT document_id, owner_id, filename, 'text/plain', size_bytes, sha256,
            CASE size_bytes WHEN 0 THEN 'unreadable' ELSE 'uploaded' END,
            CASE size_bytes WHEN 0 THEN $10 END, CASE size_bytes WHEN 0 THEN $11 END,
            metadata::jsonb, 1, created_at, updated_at, original
       FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::timestamptz[],
                   $8::timestamptz[], $9::text[])
         AS arrival (document_id, owner_id, filename, size_bytes, sha256, metadata, created_at, updated_at, original)`,
    [
      column(({ documentId }) => documentId),
      column(({ ownerId }) => ownerId),
      column(({ filename }) => filename),
      column(({ file }) => file?.sizeBytes),
      column(({ file }) => file?.sha256),
      column(({ metadata }) => JSON.stringify(metadata)),
      column(({ createdAt }) => createdAt),
      column(({ updatedAt }) => updatedAt),
      column(({ original }) => original),
      notKept.reason,
      notKept.message,
    ],
  );
}

async function update(transaction: Transaction, arrival: Arrival): Promise<void> {
  const { documentId, ownerId, filename, metadata, updatedAt, original, file, present } = arrival;
  await transaction.query(
    `UPDATE document.documents
        SET owner_id = $2, filename = $3, metadata = $4, updated_at = $5, version1_original = $6, version = version + 1
      WHERE document_id = $1`,
    [documentId, ownerId, filename, JSON.stringify(metadata), updatedAt, original],
  );
  // An owner needs no grant, and their lists would show the document twice.
  await transaction.query('DELETE FROM document.grants WHERE document_id = $1 AND user_id = $2', [documentId, ownerId]);
  if (!file) return;
  // The next attempt number fences off an extraction of the file before.
  await transaction.query(
    `UPDATE document.documents
        SET sha256 = $2, size_bytes = $3, status = 'uploaded', status_reason = NULL, status_message = NULL,
            page_count = NULL, char_count = NULL, text_sha256 = NULL, extraction_attempt = extraction_attempt + 1
      WHERE document_id = $1`,
    [documentId, file.sha256, file.sizeBytes],
  );
  await transaction.query('DELETE FROM document.document_texts WHERE document_id = $1', [documentId]);
  if (present) transaction.emit(contentReleasedMessage(present.sha256));
}

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
