import { type Clock, type MonotonicMs, systemClock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { CommitListener, Database } from '../pg/database.ts';
import { RedisConnection } from '../redis/connection.ts';
import { currentRequest, runDetached } from '../request-context.ts';
import { type Leased, leasedFrom } from '../trust-period.ts';
import { type CacheStatistics, FamilyStatistics, type TimedOperation } from './cache-statistics.ts';
import { type Codec, type EntryReading, encodeEntry } from './entry.ts';
import { EntryReader } from './entry-reader.ts';
import { Flights } from './flights.ts';
import { type InvalidationLog, PgInvalidationLog } from './invalidation-log.ts';
import { Invalidator } from './invalidator.ts';
import { type CacheServer, RedisCache } from './redis-cache.ts';
import { TrustLease } from './trust-lease.ts';

export interface CacheFamily<T> {
  /** What the family is called in statistics. */
  name: string;
  /** How long an entry lives, before a few percent of jitter. */
  ttlMs: number;
  codec: Codec<T>;
  /** Whether what was read may be kept; unless told otherwise, everything may, a not-found included. */
  cacheable?: (value: T | undefined) => boolean;
}

export interface Cache<T> {
  /**
   * The value of a key: from Redis if it can be trusted, else from `load`, which then also fills Redis.
   *
   * @param load reads PostgreSQL's primary, outside of any transaction; undefined means that there is no such thing
   */
  read(key: string, load: () => Promise<T | undefined>): Promise<T | undefined>;
  /**
   * The same, and until when a conclusion from it may be remembered: what remains of the trust in Redis that it was read
   * in, or of the trust period that began with the read of PostgreSQL.
   */
  readLeased(key: string, load: () => Promise<T | undefined>): Promise<Leased<T | undefined>>;
  /**
   * Fills the entry anew in the background, after a write has invalidated it; unless many are filled anew just now, for
   * the next read fills it as well.
   */
  refill(key: string, load: () => Promise<T | undefined>): void;
}

/** A not-found is remembered so briefly that it only takes the edge off a storm of questions. */
const absentTtlMs = 10_000;
/** Redis is for what is small and asked for often; a larger value is served from PostgreSQL. */
const maxEntryBytes = 4 * 1024 * 1024;
/** While more than this is on its way to Redis, readers wait for what they fill. */
const maxFillingBytes = 16 * 1024 * 1024;
/** At a time. Nobody waits for them, so where there are more they give way to those who do. */
const maxRefills = 4;
const jitter = 0.05;

/** What was found under a key; `unknown` while Redis cannot be asked or believed, or has not answered in time. */
type Found<T> = (EntryReading<T> & { until: MonotonicMs }) | { kind: 'absent' | 'unknown' };

/**
 * A cache in Redis of what PostgreSQL holds, that never shows a value older than an acknowledged write.
 *
 * A value enters Redis only by a *fill*: take the key's lease, read PostgreSQL, store if the lease is still live. An
 * invalidation removes value and lease together, so whoever read before the write can no longer store what it read
 * (leases: Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1). `Invalidator` makes writers wait
 * for their invalidations, `TrustLease` decides whether Redis may be believed at all, `Flights` keeps a popular key
 * that has expired from becoming a storm on PostgreSQL.
 *
 * Everything falls back to PostgreSQL: no call fails or waits long because of Redis.
 */
export class CoherentCache implements AsyncDisposable {
  readonly #server: CacheServer;
  readonly #trust: TrustLease;
  readonly #invalidator: Invalidator;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Refills, and fills whose reader has its answer: what is still to be done when nobody waits for it. */
  readonly #unawaited = new Set<Promise<unknown>>();
  #fillingBytes = 0;
  #refills = 0;
  readonly #statistics = new Map<string, FamilyStatistics>();

  constructor(server: CacheServer, log: InvalidationLog, logger: Logger, clock: Clock = systemClock) {
    this.#server = server;
    this.#clock = clock;
    this.#logger = logger;
    this.#trust = new TrustLease(server, log, clock, logger);
    this.#invalidator = new Invalidator(server, log, this.#trust, clock, logger);
  }

  /** What a database's transactions wait for, so that their stale entries are gone when they resolve. */
  get invalidator(): CommitListener {
    return this.#invalidator;
  }

  /** Connects, and begins to deliver the invalidations that others left behind. */
  start(): void {
    this.#server.connect();
    this.#invalidator.start();
  }

  /** What was done since the process started. */
  statistics(): CacheStatistics {
    return {
      connection: this.#server.runId === undefined ? 'down' : 'up',
      trusted: this.#trust.isTrusted,
      families: [...this.#statistics.values()].map((family) => family.snapshot()),
    };
  }

  /** Resolves when what goes on after its caller has left is done: refills, and fills of reads that are answered. */
  async settled(): Promise<void> {
    // A refill may leave a fill behind.
    while (this.#unawaited.size > 0) await Promise.all(this.#unawaited);
  }

  family<T>(family: CacheFamily<T>): Cache<T> {
    const reader = new EntryReader(family.codec);
    const statistics = new FamilyStatistics(family.name);
    this.#statistics.set(family.name, statistics);
    const flights = new Flights<Leased<T | undefined>>();
    const readLeased = async (key: string, load: () => Promise<T | undefined>): Promise<Leased<T | undefined>> => {
      const found = await this.#get(key, reader, statistics);
      if (found.kind === 'entry') {
        countRead('hit', statistics);
        return found;
      }
      const fly = async (waited: boolean) => {
        const latest = waited ? await this.#get(key, reader, statistics) : found;
        if (latest.kind === 'entry') return latest;
        // A Redis that does not answer is not waited for twice.
        if (latest.kind === 'unknown') return this.#load(load, statistics);
        return this.#loadAndFill(key, load, family, statistics, isUnreadable(latest));
      };
      const leased = await flights.join(
        key,
        (gone, waited) => runDetached(() => fly(waited), gone),
        currentRequest()?.signal,
      );
      countRead('miss', statistics);
      return leased;
    };
    return {
      readLeased,
      read: async (key, load) => (await readLeased(key, load)).value,

      refill: (key, load) => {
        if (this.#refills >= maxRefills) return;
        this.#refills += 1;
        this.#goOnWith(
          runDetached(() => this.#loadAndFill(key, load, family, statistics))
            .catch((error: unknown) => this.#logger.debug({ err: error }, 'refill failed; the next read fills'))
            .finally(() => (this.#refills -= 1)),
        );
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settled();
    await this.#invalidator[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }

  async #get<T>(key: string, reader: EntryReader<T>, statistics: FamilyStatistics): Promise<Found<T>> {
    const trust = await this.#trust.readEpoch();
    if (!trust) return { kind: 'unknown' };
    const asked = await this.#attempt(statistics, 'get', async () => ({ stored: await this.#server.get(key) }));
    if (!asked) return { kind: 'unknown' };
    if (asked.stored === undefined) return { kind: 'absent' };
    return { ...reader.read(key, asked.stored, trust.epoch), until: trust.until };
  }

  async #load<T>(load: () => Promise<T>, statistics: FamilyStatistics): Promise<Leased<T>> {
    const askedAt = this.#clock.now();
    return leasedFrom(askedAt, await statistics.time('load', load));
  }

  async #loadAndFill<T>(
    key: string,
    load: () => Promise<T | undefined>,
    { ttlMs, codec, cacheable = () => true }: CacheFamily<T>,
    statistics: FamilyStatistics,
    heals = false,
  ): Promise<Leased<T | undefined>> {
    // Epoch and lease come before the read: they are what proves that nothing happened since.
    const trust = await this.#trust.readEpoch();
    const lease = trust && (await this.#attempt(statistics, 'lease', () => this.#server.lease(key)));
    const leased = await this.#load(load, statistics);
    const { value } = leased;
    if (!trust || lease === undefined || !cacheable(value)) return leased;

    const entry = encodeEntry(value, trust.epoch, codec);
    if (entry.length > maxEntryBytes) return leased;
    const ttl = Math.round((value === undefined ? absentTtlMs : ttlMs) * (1 - jitter * Math.random()));
    const filled = this.#fill(() => this.#server.fill(key, lease, entry, ttl), entry.length, statistics, heals);
    // It is sent, and what is asked over this connection from now on comes after it: nobody has to wait for the reply.
    if (this.#fillingBytes > maxFillingBytes) await filled;
    else this.#goOnWith(filled);
    return leased;
  }

  #goOnWith(work: Promise<unknown>): void {
    const unawaited = work.finally(() => this.#unawaited.delete(unawaited));
    this.#unawaited.add(unawaited);
  }

  async #fill(
    fill: () => Promise<boolean>,
    bytes: number,
    statistics: FamilyStatistics,
    heals: boolean,
  ): Promise<void> {
    this.#fillingBytes += bytes;
    const isFilled = await this.#attempt(statistics, 'fill', fill);
    this.#fillingBytes -= bytes;
    if (isFilled) statistics.fills += 1;
    if (isFilled && heals) statistics.heals += 1;
    if (isFilled === false) statistics.refusedFills += 1;
  }

  async #attempt<T>(
    statistics: FamilyStatistics,
    operation: TimedOperation,
    command: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await statistics.time(operation, command);
    } catch (error) {
      statistics.errors += 1;
      this.#logger.debug({ err: error }, 'cache command failed');
      return undefined;
    }
  }
}

/** Counts a read for its family, and for the request that it is part of. */
function countRead(outcome: 'hit' | 'miss', statistics: FamilyStatistics): void {
  statistics[outcome === 'hit' ? 'hits' : 'misses'] += 1;
  const request = currentRequest();
  if (request) request[outcome === 'hit' ? 'cacheHits' : 'cacheMisses'] += 1;
}

function isUnreadable(found: Found<unknown>): boolean {
  return found.kind === 'undecodable' || found.kind === 'other_version';
}

export interface CoherentCacheOptions {
  /** Where Redis is; undefined serves everything from PostgreSQL. */
  redisUrl: string | undefined;
  database: Database;
  schema: string;
  logger: Logger;
}

/** A cache whose invalidations the database's transactions settle. Start it, and dispose of it before the database. */
export function createCoherentCache(options: CoherentCacheOptions): CoherentCache | undefined {
  const { redisUrl, database, schema, logger } = options;
  if (redisUrl === undefined) return undefined;
  const server = new RedisCache(new RedisConnection({ url: redisUrl, logger }));
  const cache = new CoherentCache(server, new PgInvalidationLog(database, schema), logger);
  database.settleInvalidationsWith(cache.invalidator);
  return cache;
}
