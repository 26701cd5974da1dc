import { isDeepStrictEqual } from 'node:util';
import { unavailable } from '../errors.ts';
import { digestOf } from '../json/digest.ts';
import type { CacheInspector, Observation } from './cache-inspector.ts';
import { type Codec, type Content, contentOf, readEntry } from './entry.ts';
import type { PgInvalidationLog } from './invalidation-log.ts';

/** What the check has to know of a key family. */
export interface CheckedFamily<T> {
  name: string;
  /** All keys of the family begin with it; other families' keys may, too. */
  keyPrefix: string;
  /** Whether the family makes such keys. A key of the prefix that no family makes is garbage. */
  isKey(key: string): boolean;
  codec: Codec<T>;
  /** Whether the values name other things, so that a wrong one points to nothing. */
  isPointer?: boolean;
  /**
   * What the keys stand for, read from PostgreSQL's primary outside of any transaction. A key that is left out of the
   * answer is one that nobody reads any more.
   */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, T | undefined>>;
}

/**
 * - `stale`: the value is not that of the row.
 * - `orphaned`: there is no row.
 * - `undecodable`: not an entry at all, or under a key that nobody makes.
 * - `dangling`: the value names something that is not there, or is not the right one.
 */
export const faults = ['stale', 'orphaned', 'undecodable', 'dangling'] as const;
export type Fault = (typeof faults)[number];

export interface Finding {
  family: string;
  key: string;
  fault: Fault;
}

export type ConsistencyCounts = Record<Fault, number> & {
  family: string;
  /** Entries that were compared. */
  checked: number;
  /** Entries that nobody uses any more and that expire by themselves; no fault. */
  leftovers: number;
  /** Faulty entries that were removed. */
  repaired: number;
};

export type ConsistencyEvent =
  | { kind: 'progress'; family: string; checked: number }
  | ({ kind: 'finding' } & Finding)
  /** Comes last, once per family. */
  | ({ kind: 'counts' } & ConsistencyCounts);

export interface Examination {
  checked: number;
  leftovers: number;
  findings: Finding[];
}

interface CheckOptions {
  repair: boolean;
  signal: AbortSignal;
  onRepair?: (removed: readonly Finding[]) => void;
}

interface Suspicion extends Finding {
  observation: Observation;
}

/** How many entries are in memory at a time. */
const batchSize = 100;
/** An entry that goes on changing while it is looked at is in the hands of readers and writers, and not left to rot. */
const confirmationRounds = 3;
/** SCAN may name a key twice; faults beyond this number may then be counted twice, too. */
const maxRemembered = 100_000;

/**
 * Compares what Redis holds with what PostgreSQL holds, while both are in use.
 *
 * An entry that differs is a mere suspect: its writer may be about to remove it. It is found guilty if it was there
 * before and after the row was read, under the same lease, and no invalidation of it was on its way in between. For an
 * invalidation leaves its row in PostgreSQL until it is delivered, and once delivered it takes the lease with it: so
 * no write that is still under way looks like that.
 *
 * An entry that is merely absent is normal.
 */
export class ConsistencyCheck {
  readonly #inspector: CacheInspector;
  readonly #log: PgInvalidationLog;
  readonly #families: readonly CheckedFamily<unknown>[];

  constructor(inspector: CacheInspector, log: PgInvalidationLog, families: readonly CheckedFamily<unknown>[]) {
    this.#inspector = inspector;
    this.#log = log;
    this.#families = families;
  }

  get familyNames(): string[] {
    return this.#families.map(({ name }) => name);
  }

  /**
   * Checks all entries of a family, or of all families.
   *
   * @param options.repair removes what is faulty; otherwise nothing is changed
   * @param options.onRepair told what was removed, at once
   * @throws {StatusError} UNAVAILABLE when a store does not answer or Redis is not trusted; the signal's reason
   */
  async *run(options: CheckOptions & { family?: string }): AsyncGenerator<ConsistencyEvent> {
    const wanted = this.#families.filter(({ name }) => options.family === undefined || name === options.family);
    const counts: ConsistencyCounts[] = [];
    for (const family of wanted) counts.push(yield* this.#runFamily(family, options));
    for (const count of counts) yield { kind: 'counts', ...count };
  }

  /**
   * Checks some entries, of any family. Keys that are none of ours are passed over.
   *
   * @throws {StatusError} UNAVAILABLE when a store does not answer or Redis is not trusted
   */
  async examine(keys: readonly string[]): Promise<Examination> {
    const epoch = await this.#trustedEpoch();
    const own = keys.filter((key) => this.#familyOf(key) !== undefined);
    const { suspicions: first, ...counts } = await this.#compare(own, epoch);
    const findings: Finding[] = [];
    let suspects = first;
    for (let round = 0; round < confirmationRounds && suspects.length > 0; round += 1) {
      const { suspicions } = await this.#compare(keysOf(suspects), epoch);
      // No write invalidates a key that nobody makes, and it may not even be text to PostgreSQL.
      const writable = keysOf(suspicions).filter((key) => this.#families.some((family) => family.isKey(key)));
      const onTheirWay = await this.#log.pendingAmong(writable);
      const settled = suspicions.filter(({ key }) => !onTheirWay.has(key));
      const after = await this.#observe(keysOf(settled));
      suspects = [];
      for (const suspicion of settled) {
        const { observation, ...finding } = suspicion;
        if (isDeepStrictEqual(after.get(finding.key), observation)) findings.push(finding);
        else suspects.push(suspicion);
      }
    }
    const isSameRedis = findings.length === 0 || (await this.#trustedEpoch()) === epoch;
    return { ...counts, findings: isSameRedis ? findings : [] };
  }

  async *#runFamily(
    family: CheckedFamily<unknown>,
    { repair, signal, onRepair }: CheckOptions,
  ): AsyncGenerator<ConsistencyEvent, ConsistencyCounts> {
    const { name } = family;
    const counts = { family: name, checked: 0, leftovers: 0, repaired: 0, ...noFaults() };
    const known = new Set<string>();
    for await (const scanned of this.#inspector.keys(family.keyPrefix)) {
      const keys = scanned.filter((key) => this.#familyOf(key) === family && !known.has(key));
      for (let start = 0; start < keys.length; start += batchSize) {
        signal.throwIfAborted();
        const { checked, leftovers, findings } = await this.examine(keys.slice(start, start + batchSize));
        counts.checked += checked;
        counts.leftovers += leftovers;
        if (repair && findings.length > 0) {
          await this.#inspector.invalidate(keysOf(findings));
          counts.repaired += findings.length;
          onRepair?.(findings);
        }
        for (const finding of findings) {
          counts[finding.fault] += 1;
          if (known.size < maxRemembered) known.add(finding.key);
          yield { kind: 'finding', ...finding };
        }
      }
      if (keys.length > 0) yield { kind: 'progress', family: name, checked: counts.checked };
    }
    return counts;
  }

  /** @throws {StatusError} UNAVAILABLE unless the Redis at hand is the one that is registered */
  async #trustedEpoch(): Promise<number> {
    const { epoch, runId } = await this.#log.check();
    if (runId === undefined || runId !== this.#inspector.runId) {
      throw unavailable('Redis is not connected or not trusted at the moment.');
    }
    return epoch;
  }

  #familyOf(key: string): CheckedFamily<unknown> | undefined {
    return (
      this.#families.find((family) => family.isKey(key)) ??
      this.#families.find(({ keyPrefix }) => key.startsWith(keyPrefix))
    );
  }

  async #observe(keys: readonly string[]): Promise<Map<string, Observation>> {
    return new Map(await Promise.all(keys.map(async (key) => [key, await this.#inspector.observe(key)] as const)));
  }

  async #compare(keys: readonly string[], epoch: number) {
    const observations = await this.#observe(keys);
    const suspicions: Suspicion[] = [];
    let checked = 0;
    let leftovers = 0;
    for (const [family, members] of Map.groupBy(observations, ([key]) => this.#familyOf(key))) {
      if (!family) continue;
      const entries = new Map<string, { value: unknown; content: Content | undefined; observation: Observation }>();
      for (const [key, observation] of members) {
        if (observation.kind === 'absent') continue;
        const reading = family.isKey(key)
          ? readEntry(Buffer.from(observation.text ?? ''), epoch, family.codec)
          : undecodable;
        if (reading.kind === 'entry') {
          entries.set(key, { ...reading, observation });
        } else if (reading.kind === 'undecodable') {
          checked += 1;
          suspicions.push({ family: family.name, key, fault: 'undecodable', observation });
        } else {
          leftovers += 1;
        }
      }
      const truths = entries.size === 0 ? new Map<string, unknown>() : await family.load([...entries.keys()]);
      for (const [key, { value, content, observation }] of entries) {
        if (!truths.has(key)) {
          leftovers += 1;
          continue;
        }
        checked += 1;
        const truth = truths.get(key);
        const trueContent = truth === undefined ? undefined : contentOf(truth, family.codec);
        if (digestOfContent(content) === digestOfContent(trueContent)) continue;
        suspicions.push({ family: family.name, key, fault: faultOf(family, value, truth), observation });
      }
    }
    return { suspicions, checked, leftovers };
  }
}

const undecodable = { kind: 'undecodable' } as const;

function digestOfContent(content: Content | undefined): string {
  return digestOf(content && { json: content.json, bytes: content.bytes.toString('base64') });
}

function noFaults(): Record<Fault, number> {
  return { stale: 0, orphaned: 0, undecodable: 0, dangling: 0 };
}

function faultOf(family: CheckedFamily<unknown>, cached: unknown, truth: unknown): Fault {
  if (cached === undefined) return 'stale';
  if (family.isPointer) return 'dangling';
  return truth === undefined ? 'orphaned' : 'stale';
}

function keysOf(findings: readonly Finding[]): string[] {
  return findings.map(({ key }) => key);
}
