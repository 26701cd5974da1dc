import type { Database } from '@contract-reviewer/platform/pg/database';
import type { FamiliarAddressStore } from './familiar-address-store.ts';

const addressesPerUser = 20;

export class PgFamiliarAddressStore implements FamiliarAddressStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async lastSeen(email: string, addressHash: Buffer): Promise<Date | undefined> {
    const [row] = await this.#database.query<{ last_seen_at: Date }>(
      `SELECT last_seen_at FROM session.users JOIN session.familiar_addresses USING (user_id)
        WHERE email = $1 AND address_hash = $2`,
      [email, addressHash],
    );
    return row?.last_seen_at;
  }

  async remember(email: string, addressHash: Buffer, now: Date): Promise<void> {
    await this.#database.query(
      `WITH remembered AS (
         INSERT INTO session.familiar_addresses (user_id, address_hash, last_seen_at)
         SELECT user_id, $2, $3 FROM session.users WHERE email = $1
         ON CONFLICT (user_id, address_hash) DO UPDATE SET last_seen_at = $3
         RETURNING user_id
       )
       DELETE FROM session.familiar_addresses AS superfluous
        USING remembered
        WHERE superfluous.user_id = remembered.user_id
          AND superfluous.address_hash IN (
            SELECT address_hash FROM session.familiar_addresses AS kept
             WHERE kept.user_id = remembered.user_id AND kept.address_hash <> $2
             ORDER BY last_seen_at DESC, address_hash OFFSET $4)`,
      [email, addressHash, now, addressesPerUser - 1],
    );
  }

  async forgetBefore(moment: Date): Promise<void> {
    await this.#database.query('DELETE FROM session.familiar_addresses WHERE last_seen_at < $1', [moment]);
  }
}
