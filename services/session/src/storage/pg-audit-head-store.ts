import type { AuditHead } from '@contract-reviewer/platform/audit/audit-head';
import type { AuditKey } from '@contract-reviewer/platform/audit/audit-keys';
import type { Database } from '@contract-reviewer/platform/pg/database';
import type { AuditHeadStore } from './audit-head-store.ts';

interface HeadRow {
  log_id: string;
  size: string;
  root_hash: string;
  signed_at: string;
  key_id: string;
  signature: string;
}

interface KeyRow {
  key_id: string;
  public_key: string;
  predecessor_key_id: string | null;
  endorsement: string | null;
  acknowledgement: string | null;
}

export class PgAuditHeadStore implements AuditHeadStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add({ size, rootHash, signedAt, keyId, signature }: AuditHead): Promise<void> {
    await this.#database.query(
      `INSERT INTO session.audit_heads (size, root_hash, signed_at, key_id, signature)
       VALUES ($1, decode($2, 'hex'), $3, $4, $5) ON CONFLICT DO NOTHING`,
      [size, rootHash, signedAt, keyId, signature],
    );
  }

  async list(minSize: number, limit: number): Promise<AuditHead[]> {
    const rows = await this.#database.query<HeadRow>(
      `SELECT log_id::text, head.* FROM session.audit_tree,
              LATERAL (SELECT size::text, encode(root_hash, 'hex') AS root_hash, signed_at, key_id, signature
                         FROM session.audit_heads
                        WHERE audit_heads.size >= $1
                        ORDER BY audit_heads.size DESC, signed_at DESC LIMIT $2) AS head`,
      [minSize, limit],
    );
    return rows.toReversed().map((row) => ({
      logId: row.log_id,
      size: Number(row.size),
      rootHash: row.root_hash,
      signedAt: row.signed_at,
      keyId: row.key_id,
      signature: row.signature,
    }));
  }

  async keys(): Promise<AuditKey[]> {
    const rows = await this.#database.query<KeyRow>(
      `SELECT key_id, public_key, predecessor_key_id, endorsement, acknowledgement
         FROM session.audit_keys ORDER BY added_at, key_id`,
    );
    return rows.map(({ key_id, public_key, predecessor_key_id, endorsement, acknowledgement }) => ({
      keyId: key_id,
      publicKey: public_key,
      ...(predecessor_key_id === null
        ? {}
        : {
            predecessor: {
              keyId: predecessor_key_id,
              endorsement: endorsement ?? '',
              acknowledgement: acknowledgement ?? '',
            },
          }),
    }));
  }

  async addKey({ keyId, publicKey, predecessor }: AuditKey): Promise<boolean> {
    const added = await this.#database.query(
      `INSERT INTO session.audit_keys (key_id, public_key, predecessor_key_id, endorsement, acknowledgement)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key_id) DO NOTHING RETURNING key_id`,
      [
        keyId,
        publicKey,
        predecessor?.keyId ?? null,
        predecessor?.endorsement ?? null,
        predecessor?.acknowledgement ?? null,
      ],
    );
    return added.length > 0;
  }
}
