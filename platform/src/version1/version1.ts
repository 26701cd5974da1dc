import type { Logger } from '../log.ts';
import type { Database } from '../pg/database.ts';
import { RedisConnection } from '../redis/connection.ts';
import { Backfill } from './backfill.ts';
import { Families } from './families.ts';
import type { Version1Family, Version1References } from './family.ts';
import { Gate } from './gate.ts';
import { Importer } from './importer.ts';
import { KeyWriter } from './key-writer.ts';
import { Ledger } from './ledger.ts';
import { PhaseWatch } from './phase-watch.ts';
import { ReadThrough } from './read-through.ts';
import { type SetAsideEntry, SetAsideStore } from './set-aside-store.ts';
import { PgVersion1State, type Version1State } from './state-store.ts';
import { PhasedWrites, type TrackedWrites, type Version1Reads } from './tracked-writes.ts';
import { Verifier } from './verifier.ts';
import { Version1Redis } from './version1-redis.ts';

/** Whoever imports or compares waits longer than whoever is served. */
const bulkTimeoutMs = 5000;

export interface Version1Options {
  /** Where version 1 keeps its data; undefined where there was no version 1, or once it is not needed any more. */
  url: string | undefined;
  database: Database;
  schema: string;
  logger: Logger;
  /** In the order in which they are imported. */
  families: readonly Version1Family[];
  references?: readonly Version1References[];
}

export interface MigrationReport extends Version1State {
  connection: 'up' | 'down' | 'none';
  pendingCount: number;
  setAsideCount: number;
}

/** What an administrator does with the move from version 1; needs its Redis. */
export interface Migration {
  backfill: Backfill;
  verifier: Verifier;
  gate: Gate;
}

/**
 * The move of one service from version 1. Writes go through `writes`, reads by id begin with `reads.refresh`.
 *
 * The phase is a row of PostgreSQL: all replicas follow it without a restart, writers at once, readers within a second.
 * All replicas must agree on the URL.
 */
export class Version1 implements AsyncDisposable {
  readonly writes: TrackedWrites;
  readonly reads: Version1Reads;
  /** Undefined where version 1's Redis is not configured. */
  readonly migration: Migration | undefined;
  readonly #options: Version1Options;
  readonly #state: PgVersion1State;
  readonly #watch: PhaseWatch;
  readonly #ledger: Ledger;
  readonly #setAside: SetAsideStore;
  readonly #serving: Version1Redis | undefined;
  readonly #bulk: Version1Redis | undefined;
  readonly #writer: KeyWriter | undefined;

  constructor(options: Version1Options) {
    const { url, database, schema, logger, references = [] } = options;
    this.#options = options;
    this.#state = new PgVersion1State(database, schema);
    this.#watch = new PhaseWatch(this.#state, logger);
    this.#ledger = new Ledger(schema);
    this.#setAside = new SetAsideStore(schema);
    const shared = {
      database,
      logger,
      state: this.#state,
      watch: this.#watch,
      ledger: this.#ledger,
      setAside: this.#setAside,
      families: new Families(options.families),
      references,
    };
    if (url === undefined) {
      this.reads = { refresh: async () => undefined };
    } else {
      const serving = new Version1Redis(new RedisConnection({ url, logger }));
      const bulk = new Version1Redis(new RedisConnection({ url, logger, commandTimeoutMs: bulkTimeoutMs }));
      this.#serving = serving;
      this.#bulk = bulk;
      this.#writer = new KeyWriter({ ...shared, redis: serving, bulk });
      this.reads = new ReadThrough({
        ...shared,
        redis: serving,
        importer: new Importer({ ...shared, redis: serving }),
      });
      const verifier = new Verifier({ ...shared, redis: bulk });
      this.migration = {
        backfill: new Backfill({ ...shared, redis: bulk, importer: new Importer({ ...shared, redis: bulk }) }),
        verifier,
        gate: new Gate({ ...shared, writer: this.#writer, verifier }),
      };
    }
    this.writes = new PhasedWrites({ ...shared, writer: this.#writer });
  }

  /**
   * Begins the move if version 1's Redis is configured for the first time, and follows it.
   *
   * @throws when the move is not complete and version 1's Redis is not configured
   */
  async start(): Promise<void> {
    const { url, logger } = this.#options;
    if (url !== undefined) await this.#state.begin();
    await this.#watch.start();
    if (this.#watch.isSettled) {
      if (url !== undefined) logger.info('the migration from version 1 is complete; V1_REDIS_URL is ignored');
      return;
    }
    if (url === undefined) {
      throw new Error(
        `The migration from version 1 is in its phase ${this.#watch.phase}: set V1_REDIS_URL until its completion is confirmed.`,
      );
    }
    this.#serving?.connect();
    this.#bulk?.connect();
    this.#writer?.start();
  }

  async report(): Promise<MigrationReport> {
    const { database } = this.#options;
    const state = await this.#state.read();
    const isUp = this.#bulk?.runId !== undefined;
    return {
      ...state,
      connection: state.confirmed ? 'none' : isUp ? 'up' : 'down',
      pendingCount: await this.#ledger.countPending(database),
      setAsideCount: await this.#setAside.count(database),
    };
  }

  /** What did not fit, by key. */
  listSetAside(page: { limit: number; offset: number }): Promise<{ entries: SetAsideEntry[]; totalCount: number }> {
    return this.#setAside.list(this.#options.database, page);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch[Symbol.asyncDispose]();
    await this.#writer?.[Symbol.asyncDispose]();
    await this.#serving?.[Symbol.asyncDispose]();
    await this.#bulk?.[Symbol.asyncDispose]();
  }
}
