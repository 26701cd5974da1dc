import { auditMessage, type NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import { systemClock } from '@contract-reviewer/platform/clock';
import { CollectedReads } from '@contract-reviewer/platform/pg/collected-reads';
import type { Database, Transaction } from '@contract-reviewer/platform/pg/database';
import { type Leased, leasedFrom } from '@contract-reviewer/platform/trust-period';
import type { TrackedTransaction, TrackedWrites } from '@contract-reviewer/platform/version1/tracked-writes';
import type {
  Document,
  DocumentId,
  DocumentText,
  PageRange,
  SharedDocument,
  StatusReason,
  UserId,
} from '../domain/document.ts';
import { DocumentError } from '../domain/errors.ts';
import type { ExtractionOutcome } from '../extraction/extractor.ts';
import { contentReleasedMessage } from '../messages/content-released.ts';
import { documentDeletedMessage } from '../messages/document-deleted.ts';
import { version1DocumentKey } from '../version1/version1-keys.ts';
import { documentKey } from './cache-keys.ts';
import { lockContent } from './content-lock.ts';
import { DocumentPages } from './document-pages.ts';
import {
  type DocumentRow,
  documentColumns,
  documentOf,
  type SharedDocumentRow,
  sharedColumns,
  sharedDocumentOf,
} from './document-row.ts';
import type {
  DocumentChange,
  DocumentPage,
  DocumentStore,
  ExtractionAttempt,
  PageRequest,
  RenderedDocument,
  RenderedPage,
  UpdateOptions,
  Viewer,
} from './document-store.ts';
import type { ExtractionQueue } from './extraction-queue.ts';
import { recordChanges, staleKeys, viewersOf } from './list-changes.ts';
import { renderDocument, renderPage } from './rendered-document.ts';

export class PgDocumentStore implements DocumentStore {
  readonly #database: Database;
  readonly #extractions: ExtractionQueue;
  readonly #writes: TrackedWrites;
  readonly #reads = new CollectedReads<DocumentId, SharedDocumentRow>((documentIds) => this.#rowsOf(documentIds));
  readonly #pages: DocumentPages;

  constructor(database: Database, extractions: ExtractionQueue, writes: TrackedWrites) {
    this.#database = database;
    this.#pages = new DocumentPages(database);
    this.#extractions = extractions;
    this.#writes = writes;
  }

  async create(document: Document, event: NewAuditEvent, placeContent: () => Promise<void>): Promise<void> {
    await this.#writes.transaction([version1DocumentKey(document.documentId)], async (transaction) => {
      await lockContent(transaction, document.sha256);
      await placeContent();
      const unread = await countUnread(transaction, document.ownerId);
      await transaction.query(
        `INSERT INTO document.documents
           (document_id, owner_id, filename, content_type, size_bytes, sha256, status, metadata, version, created_at,
            updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          document.documentId,
          document.ownerId,
          document.filename,
          document.contentType,
          document.sizeBytes,
          document.sha256,
          document.status,
          JSON.stringify(document.metadata),
          document.version,
          document.createdAt,
          document.updatedAt,
        ],
      );
      await this.#extractions.send(transaction, { documentId: document.documentId }, unread);
      transaction.emit(auditMessage(event));
      await recordChanges(transaction, [document]);
    });
  }

  async get(documentId: DocumentId): Promise<SharedDocument | undefined> {
    const row = await this.#reads.read(documentId);
    return row && sharedDocumentOf(row);
  }

  async getRendered(documentId: DocumentId): Promise<Leased<RenderedDocument | undefined>> {
    const askedAt = systemClock.now();
    const document = await this.get(documentId);
    return leasedFrom(askedAt, document && renderDocument(document));
  }

  /** Those of the documents that there are, in any order. */
  async getMany(documentIds: readonly DocumentId[]): Promise<SharedDocument[]> {
    const rows = await this.#rowsOf(documentIds);
    return [...rows.values()].map(sharedDocumentOf);
  }

  list(viewer: Viewer, page: PageRequest): Promise<DocumentPage> {
    return this.#pages.read(viewer, page);
  }

  async listRendered(viewer: Viewer, page: PageRequest): Promise<RenderedPage> {
    return renderPage(await this.list(viewer, page), page);
  }

  async listGeneration({ userId }: Viewer): Promise<number> {
    const [row] = await this.#database.query<{ generation: string }>(
      'SELECT generation FROM document.list_generations WHERE owner_id = $1',
      [userId],
    );
    return Number(row?.generation ?? 0);
  }

  async update(documentId: DocumentId, change: DocumentChange, options: UpdateOptions): Promise<Document | undefined> {
    const outcome = await this.#writes.transaction([version1DocumentKey(documentId)], async (transaction) => {
      const [row] = await transaction.query<DocumentRow>(
        `UPDATE document.documents
            SET filename = coalesce($2, filename), metadata = coalesce($3::jsonb, metadata), version = version + 1,
                updated_at = $4
          WHERE document_id = $1 AND ($5::int IS NULL OR version = $5)
         RETURNING ${documentColumns}`,
        [
          documentId,
          change.filename ?? null,
          change.metadata === undefined ? null : JSON.stringify(change.metadata),
          options.now,
          options.expectedVersion ?? null,
        ],
      );
      if (!row) return { missing: await this.#settleOthersWrite(transaction, documentId) };
      transaction.emit(auditMessage(options.event));
      await recordChanges(transaction, [documentOf(row)]);
      return { changed: documentOf(row) };
    });
    if (outcome.missing === 'another_version') {
      throw new DocumentError(
        'version_mismatch',
        'The document has changed since. Read it again, then repeat the change.',
      );
    }
    return outcome.changed;
  }

  async delete(documentId: DocumentId, event: NewAuditEvent): Promise<boolean> {
    const work = async (transaction: TrackedTransaction) => {
      const [row] = await transaction.query<DocumentRow>(
        `SELECT ${documentColumns} FROM document.documents WHERE document_id = $1 FOR UPDATE`,
        [documentId],
      );
      if (!row) {
        await this.#settleOthersWrite(transaction, documentId);
        return false;
      }
      transaction.emit(auditMessage(event));
      transaction.emit(documentDeletedMessage(documentId));
      transaction.emit(contentReleasedMessage(row.sha256));
      await transaction.bury(version1DocumentKey(documentId));
      await recordChanges(transaction, [documentOf(row)]);
      await transaction.query('DELETE FROM document.documents WHERE document_id = $1', [documentId]);
      return true;
    };
    return this.#writes.transaction([version1DocumentKey(documentId)], work, { waitOutTrust: true });
  }

  async getText(documentId: DocumentId): Promise<DocumentText | undefined> {
    const [row] = await this.#database.query<{ text: string; pages: PageRange[]; text_sha256: string }>(
      `SELECT text, pages, text_sha256
         FROM document.document_texts JOIN document.documents USING (document_id)
        WHERE document_id = $1`,
      [documentId],
    );
    return row && { text: row.text, pages: row.pages, textSha256: row.text_sha256 };
  }

  async beginExtraction(documentId: DocumentId, now: Date): Promise<ExtractionAttempt | undefined> {
    return this.#writes.transaction([version1DocumentKey(documentId)], async (transaction) => {
      const [row] = await transaction.query<{ extraction_attempt: number } & DocumentRow>(
        `UPDATE document.documents
            SET status = 'extracting', extraction_attempt = extraction_attempt + 1, version = version + 1,
                updated_at = $2
          WHERE document_id = $1 AND status IN ('uploaded', 'extracting')
         RETURNING ${documentColumns}, extraction_attempt`,
        [documentId, now],
      );
      if (!row) return undefined;
      const document = documentOf(row);
      await recordChanges(transaction, [document]);
      return { number: row.extraction_attempt, document };
    });
  }

  async finishExtraction(
    documentId: DocumentId,
    attempt: number,
    outcome: ExtractionOutcome,
    now: Date,
  ): Promise<boolean> {
    return this.#writes.transaction([version1DocumentKey(documentId)], async (transaction) => {
      const [row] = await transaction.query<DocumentRow>(
        `UPDATE document.documents
            SET status = $3, status_reason = $4, status_message = $5, page_count = $6, char_count = $7,
                text_sha256 = $8, version = version + 1, updated_at = $9
          WHERE document_id = $1 AND status = 'extracting' AND extraction_attempt = $2
         RETURNING ${documentColumns}`,
        [documentId, attempt, ...resultColumns(outcome), now],
      );
      if (!row) return false;
      if (outcome.status === 'ready') {
        await transaction.query('INSERT INTO document.document_texts (document_id, text, pages) VALUES ($1, $2, $3)', [
          documentId,
          outcome.text,
          JSON.stringify(outcome.pages),
        ]);
      }
      await recordChanges(transaction, [documentOf(row)]);
      return true;
    });
  }

  async abandonExtraction(documentId: DocumentId, { reason, message }: StatusReason, now: Date): Promise<void> {
    await this.#writes.transaction([version1DocumentKey(documentId)], async (transaction) => {
      const [row] = await transaction.query<DocumentRow>(
        `UPDATE document.documents
            SET status = 'unreadable', status_reason = $2, status_message = $3, version = version + 1, updated_at = $4
          WHERE document_id = $1 AND status IN ('uploaded', 'extracting')
         RETURNING ${documentColumns}`,
        [documentId, reason, message, now],
      );
      if (row) await recordChanges(transaction, [documentOf(row)]);
    });
  }

  async #rowsOf(documentIds: readonly DocumentId[]): Promise<Map<DocumentId, SharedDocumentRow>> {
    const rows = await this.#database.query<SharedDocumentRow>(
      `SELECT ${sharedColumns} FROM document.documents WHERE document_id = ANY ($1)`,
      [documentIds],
    );
    return new Map(rows.map((row) => [row.document_id, row]));
  }

  /**
   * A caller who is told that a document is gone or of another version learns of somebody else's write, so that write
   * must not be missing from any cache by then.
   */
  async #settleOthersWrite(transaction: Transaction, documentId: DocumentId): Promise<'gone' | 'another_version'> {
    const [row] = await transaction.query<DocumentRow>(
      `SELECT ${documentColumns} FROM document.documents WHERE document_id = $1`,
      [documentId],
    );
    const viewers = row ? await viewersOf(transaction, [documentOf(row)]) : [];
    transaction.invalidate(documentKey(documentId), ...viewers.flatMap(staleKeys));
    return row ? 'another_version' : 'gone';
  }
}

/** status, status_reason, status_message, page_count, char_count, text_sha256 */
function resultColumns(outcome: ExtractionOutcome): unknown[] {
  switch (outcome.status) {
    case 'ready':
      return ['ready', null, null, outcome.pages.length, outcome.charCount, outcome.textSha256];
    case 'needs_ocr':
      return ['needs_ocr', outcome.reason, outcome.message, outcome.pages, null, null];
    case 'unreadable':
      return ['unreadable', outcome.reason, outcome.message, null, null, null];
  }
}

/** How many documents of a user wait to be read, as far as that makes a difference. */
async function countUnread(transaction: Transaction, ownerId: UserId): Promise<number> {
  const [unread] = await transaction.query<{ count: number }>(
    `SELECT count(*)::int AS count
       FROM (SELECT FROM document.documents
              WHERE owner_id = $1 AND status IN ('uploaded', 'extracting') LIMIT 1000) AS waiting`,
    [ownerId],
  );
  return unread?.count ?? 0;
}
