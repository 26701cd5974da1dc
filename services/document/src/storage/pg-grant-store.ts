import { auditMessage } from '@contract-reviewer/platform/audit/audit-events';
import type { Database, Queryable, Transaction } from '@contract-reviewer/platform/pg/database';
import type { DocumentId, SharedDocument, UserId } from '../domain/document.ts';
import { DocumentError } from '../domain/errors.ts';
import { type Grant, maxGrants } from '../domain/grant.ts';
import type { Permission } from '../domain/permission.ts';
import { type SharedDocumentRow, sharedColumns, sharedDocumentOf } from './document-row.ts';
import type { GrantChangeOptions, GrantStore, NewGrant } from './grant-store.ts';
import { type DocumentViewer, raiseGenerations, staleKeys } from './list-changes.ts';

interface GrantRow {
  document_id: DocumentId;
  user_id: UserId;
  permissions: Permission[];
  granted_by: UserId;
  created_at: Date;
  updated_at: Date;
}

const columns = 'document_id, user_id, permissions, granted_by, created_at, updated_at';

export class PgGrantStore implements GrantStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(documentId: DocumentId): Promise<Grant[]> {
    const rows = await this.#database.query<GrantRow>(
      `SELECT ${columns} FROM document.grants WHERE document_id = $1 ORDER BY user_id`,
      [documentId],
    );
    return rows.map(grantOf);
  }

  get(documentId: DocumentId, userId: UserId): Promise<Grant | undefined> {
    return find(this.#database, { documentId, userId });
  }

  async set(grant: NewGrant, { authorize, now, event }: GrantChangeOptions): Promise<Grant | undefined> {
    return this.#change(grant, async (transaction, document) => {
      authorize(document);
      requireGrantable(document, grant.userId);
      const present = await find(transaction, grant);
      if (present?.permissions.join() === grant.permissions.join()) return present;

      const [row] = await transaction.query<GrantRow>(
        `INSERT INTO document.grants
           (document_id, user_id, permissions, granted_by, document_created_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (document_id, user_id) DO UPDATE
            SET permissions = excluded.permissions, granted_by = excluded.granted_by, updated_at = excluded.updated_at
         RETURNING ${columns}`,
        [grant.documentId, grant.userId, grant.permissions, grant.grantedBy, document.createdAt, now],
      );
      transaction.emit(auditMessage(event));
      await raiseGenerations(transaction, [grant]);
      return row && grantOf(row);
    });
  }

  async remove(documentId: DocumentId, userId: UserId, { authorize, event }: GrantChangeOptions): Promise<boolean> {
    const viewer = { documentId, userId };
    const removed = await this.#change(viewer, async (transaction, document) => {
      authorize(document);
      const rows = await transaction.query(
        'DELETE FROM document.grants WHERE document_id = $1 AND user_id = $2 RETURNING user_id',
        [documentId, userId],
      );
      if (rows.length === 0) return false;
      transaction.emit(auditMessage(event));
      await raiseGenerations(transaction, [viewer]);
      return true;
    });
    return removed ?? false;
  }

  /**
   * Works on a document that nobody changes meanwhile; does nothing if there is none. Trust is waited out by every
   * change: also who hears that these are the permissions now, or that there is no grant, may hear it while another
   * still waits who has just taken some away.
   */
  #change<T>(
    viewer: DocumentViewer,
    work: (transaction: Transaction, document: SharedDocument) => Promise<T>,
  ): Promise<T | undefined> {
    return this.#database.transaction(
      async (transaction) => {
        const document = await lockDocument(transaction, viewer);
        return document && work(transaction, document);
      },
      { waitOutTrust: true },
    );
  }
}

/**
 * The document as it is until the end of the transaction. Whoever changes a document locks it too, so its viewers do
 * not change between a change of it and that of their lists.
 */
async function lockDocument(transaction: Transaction, viewer: DocumentViewer): Promise<SharedDocument | undefined> {
  const { documentId } = viewer;
  // Also if there is nothing to do: who hears so learns of somebody else's write, which no cache may miss by then.
  transaction.invalidate(...staleKeys(viewer));
  await transaction.query('SELECT FROM document.documents WHERE document_id = $1 FOR NO KEY UPDATE', [documentId]);
  // A statement of its own: it must see what was committed while the lock was waited for.
  const [row] = await transaction.query<SharedDocumentRow>(
    `SELECT ${sharedColumns} FROM document.documents WHERE document_id = $1`,
    [documentId],
  );
  return row && sharedDocumentOf(row);
}

function requireGrantable({ ownerId, grants }: SharedDocument, userId: UserId): void {
  if (userId === ownerId) {
    throw new DocumentError('user_is_owner', 'The document is theirs: its owner may do everything with it already.');
  }
  if (grants.length >= maxGrants && !grants.some((grant) => grant.userId === userId)) {
    const message = `A document can be shared with ${maxGrants} users at most. Remove a grant first.`;
    throw new DocumentError('too_many_grants', message, { max_grants: String(maxGrants) });
  }
}

async function find(database: Queryable, { documentId, userId }: DocumentViewer): Promise<Grant | undefined> {
  const [row] = await database.query<GrantRow>(
    `SELECT ${columns} FROM document.grants WHERE document_id = $1 AND user_id = $2`,
    [documentId, userId],
  );
  return row && grantOf(row);
}

function grantOf(row: GrantRow): Grant {
  return {
    documentId: row.document_id,
    userId: row.user_id,
    permissions: row.permissions,
    grantedBy: row.granted_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
