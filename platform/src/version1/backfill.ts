import type { Database } from '../pg/database.ts';
import { addCounts, type BackfillCheckpoint, type BackfillCounts, noCounts } from './backfill-checkpoint.ts';
import type { Families } from './families.ts';
import type { Version1Family, Version1Keys, Version1References } from './family.ts';
import type { ImportCounts, Importer } from './importer.ts';
import { inBatches, scanKeys } from './key-batches.ts';
import { writesVersion1 } from './phase.ts';
import { alreadyRunning, refused } from './refusal.ts';
import type { PgVersion1State } from './state-store.ts';
import { type Version1Redis, Version1UnavailableError } from './version1-redis.ts';

/** Backfills and changes of the phase keep each other out by it. */
export const migrationLock = 'version 1 migration';

/** What has less time than this before version 1 drops it is imported before all else. */
const rescueWithinMs = 60 * 60 * 1000;

export interface BackfillProgress {
  stage: 'rescue' | 'import';
  family: string;
  counts: BackfillCounts;
  /** Of all kinds. */
  totalKeys: number;
}

export interface BackfillOptions {
  database: Database;
  state: PgVersion1State;
  families: Families;
  references: readonly Version1References[];
  importer: Importer;
  redis: Version1Redis;
}

/** A kind of keys, and what is done with some of them. */
interface Walk {
  kind: Version1Keys;
  take(keys: readonly string[]): Promise<ImportCounts>;
  /** The same for those that are not to wait for their turn. */
  save(keys: readonly string[]): Promise<ImportCounts>;
}

/**
 * Imports all that version 1 holds: first what is about to expire, then everything, kind by kind.
 *
 * What was done is noted after each batch, so that a backfill that was broken off, however it ended, goes on from there;
 * to do a batch again changes nothing.
 */
export class Backfill {
  readonly #options: BackfillOptions;

  constructor(options: BackfillOptions) {
    this.#options = options;
  }

  /**
   * @param options.defaultOwnerId who gets what has no owner; undefined: as it was given before
   * @throws {StatusError} FAILED_PRECONDITION if another one is running, or the phase is complete; UNAVAILABLE when a
   *   store does not answer; the signal's reason
   */
  async *run(options: {
    defaultOwnerId: string | undefined;
    signal: AbortSignal;
  }): AsyncGenerator<BackfillProgress, BackfillCounts> {
    const { database, state, redis } = this.#options;
    await using lock = await database.tryLock(migrationLock);
    if (!lock) throw alreadyRunning();
    const { phase, defaultOwnerId } = await state.read();
    if (!writesVersion1(phase)) {
      throw refused('MIGRATION_IS_COMPLETE', 'The migration is complete: roll it back to pg_read before a backfill.');
    }
    const isNewOwner = options.defaultOwnerId !== undefined && options.defaultOwnerId !== defaultOwnerId;
    if (options.defaultOwnerId !== undefined && isNewOwner) await state.setDefaultOwner(options.defaultOwnerId);

    const checkpoint = await this.#checkpoint(isNewOwner);
    await state.saveBackfill(checkpoint);
    const totalKeys = await redis.countKeys();
    yield* this.#rescue(checkpoint, totalKeys, options.signal);
    yield* this.#import(checkpoint, totalKeys, options.signal);
    await state.saveBackfill({ ...checkpoint, finishedAt: new Date().toISOString() });
    return checkpoint.counts;
  }

  /** Where the one before was broken off, unless it came to the end, or what it skipped can be imported now. */
  async #checkpoint(isNewOwner: boolean): Promise<BackfillCheckpoint> {
    const { state, redis } = this.#options;
    const { runId } = redis;
    if (runId === undefined) throw new Version1UnavailableError('not connected');
    const [first] = this.#walks();
    if (!first) throw new TypeError('a service that takes over from version 1 has at least one family');
    const { backfill } = await state.read();
    const goesOn = backfill !== undefined && backfill.finishedAt === undefined && backfill.runId === runId;
    if (goesOn && !isNewOwner) return backfill;
    const startedAt = new Date().toISOString();
    return { runId, family: first.kind.name, cursor: '0', counts: noCounts(), startedAt };
  }

  async *#rescue(
    { counts }: BackfillCheckpoint,
    totalKeys: number,
    signal: AbortSignal,
  ): AsyncGenerator<BackfillProgress> {
    const { redis } = this.#options;
    for (const { kind, save } of this.#walks()) {
      for await (const { keys } of scanKeys(redis, kind)) {
        signal.throwIfAborted();
        const lifetimes = await redis.lifetimes(keys);
        const urgent = keys.filter((_, index) => (lifetimes[index] ?? Infinity) < rescueWithinMs);
        for await (const batch of inBatches(redis, urgent)) {
          const { imported = 0, placeholders = 0 } = await save(batch);
          // All else is counted when everything is looked at.
          addCounts(counts, { imported, placeholders });
        }
        yield { stage: 'rescue', family: kind.name, counts: { ...counts }, totalKeys };
      }
    }
  }

  async *#import(
    checkpoint: BackfillCheckpoint,
    totalKeys: number,
    signal: AbortSignal,
  ): AsyncGenerator<BackfillProgress> {
    const { state, redis } = this.#options;
    const walks = this.#walks();
    const begun = Math.max(
      0,
      walks.findIndex(({ kind }) => kind.name === checkpoint.family),
    );
    for (const { kind, take } of walks.slice(begun)) {
      const from = checkpoint.family === kind.name ? checkpoint.cursor : '0';
      for await (const { keys, cursor } of scanKeys(redis, kind, from)) {
        signal.throwIfAborted();
        for await (const batch of inBatches(redis, keys)) addCounts(checkpoint.counts, await take(batch));
        addCounts(checkpoint.counts, { scanned: keys.length });
        const isAtEnd = cursor === '0';
        const next = isAtEnd ? walks[walks.findIndex((walk) => walk.kind === kind) + 1]?.kind.name : kind.name;
        if (next !== undefined) await state.saveBackfill(Object.assign(checkpoint, { family: next, cursor }));
        yield { stage: 'import', family: kind.name, counts: { ...checkpoint.counts }, totalKeys };
      }
    }
  }

  #walks(): Walk[] {
    const { families, references, importer } = this.#options;
    const walkFamily = (family: Version1Family): Walk => ({
      kind: family,
      take: (keys) => importer.import(family, keys),
      save: async (keys) => {
        await importer.importRequired(family, keys);
        return importer.import(family, keys);
      },
    });
    const walkReferences = (kind: Version1References): Walk => {
      const supply = (keys: readonly string[]) => importer.supply(kind, keys);
      return { kind, take: supply, save: supply };
    };
    return [...families.all.map(walkFamily), ...references.map(walkReferences)];
  }
}
