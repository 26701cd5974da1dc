import type { Logger } from '../log.ts';
import type { Database } from '../pg/database.ts';
import { sha256Of } from './digest.ts';
import type { Families } from './families.ts';
import type { Importer } from './importer.ts';
import type { Ledger } from './ledger.ts';
import type { PhaseWatch } from './phase-watch.ts';
import type { Version1Reads } from './tracked-writes.ts';
import { type StoredValue, type Version1Redis, Version1UnavailableError } from './version1-redis.ts';

export interface ReadThroughOptions {
  database: Database;
  watch: PhaseWatch;
  ledger: Ledger;
  families: Families;
  importer: Importer;
  redis: Version1Redis;
  logger: Logger;
}

/** What is larger is left to the backfill: it would not come in time, and be taken for a Redis that does not answer. */
const maxBytes = 8 * 1024 * 1024;

/** Looks at version 1's keys before PostgreSQL is read, and imports what is new there: saved first, told after that. */
export class ReadThrough implements Version1Reads {
  readonly #options: ReadThroughOptions;

  constructor(options: ReadThroughOptions) {
    this.#options = options;
  }

  async refresh(...keys: string[]): Promise<void> {
    const { watch, redis, logger } = this.#options;
    if (watch.phase !== 'dual_write' || redis.runId === undefined) return;
    try {
      for (const key of keys) await this.#refresh(key);
    } catch (error) {
      if (!(error instanceof Version1UnavailableError)) throw error;
      logger.debug({ err: error }, 'version 1 is not asked');
    }
  }

  async #refresh(key: string): Promise<void> {
    const { families, importer, redis } = this.#options;
    const value = await redis.readSmall(key, maxBytes);
    const family = families.of(key);
    if (!value || !family || !(await this.#isNew(value))) return;
    await importer.importRequired(family, [key]);
    await importer.import(family, [key]);
  }

  async #isNew({ key, bytes }: StoredValue): Promise<boolean> {
    const state = (await this.#options.ledger.read(this.#options.database, [key])).get(key);
    return !state?.isDeleted && state?.pendingSince === undefined && state?.valueSha256 !== sha256Of(bytes);
  }
}
