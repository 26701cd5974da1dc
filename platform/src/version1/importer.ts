import type { Database, Transaction } from '../pg/database.ts';
import { isValueError } from '../pg/errors.ts';
import type { BackfillCounts } from './backfill-checkpoint.ts';
import { sha256Of } from './digest.ts';
import type { Families } from './families.ts';
import type { ImportContext, ImportOutcome, Version1Entry, Version1Family, Version1References } from './family.ts';
import { textOf } from './key-name.ts';
import type { KeyState, Ledger } from './ledger.ts';
import { writesVersion1 } from './phase.ts';
import type { NewSetAsideEntry, SetAsideStore } from './set-aside-store.ts';
import type { PgVersion1State } from './state-store.ts';
import type { StoredValue, Version1Redis } from './version1-redis.ts';

export interface ImporterOptions {
  database: Database;
  state: PgVersion1State;
  ledger: Ledger;
  setAside: SetAsideStore;
  families: Families;
  redis: Version1Redis;
}

/** Half of the largest answer that a service gives: whoever asked for more would never get it. */
const maxValueBytes = 32 * 1024 * 1024;

export type ImportCounts = Partial<BackfillCounts>;

/** What an import has to do with the values that it found. */
interface Sorting {
  /** New, or changed by version 1. */
  fresh: { entry: Version1Entry; value: StoredValue }[];
  unfit: NewSetAsideEntry[];
  /** Deleted here, but still there. */
  buried: string[];
  /** Hold what they held before, because version 1's Redis came back from an old dump. */
  returned: string[];
  unchanged: number;
  superseded: number;
}

/**
 * Brings what version 1 holds into PostgreSQL.
 *
 * It reads version 1's keys while it holds their locks, and leaves alone what has a write on its way to version 1: so
 * what it reads is never older than what PostgreSQL has, and nothing that was deleted comes back.
 */
export class Importer {
  readonly #options: ImporterOptions;

  constructor(options: ImporterOptions) {
    this.#options = options;
  }

  /**
   * Imports what is new under the keys, all of one family. Safe to be done again, and by several at once.
   *
   * @throws when a store does not answer; of the keys nothing, or a part, is then imported
   */
  async import(family: Version1Family, keys: readonly string[]): Promise<ImportCounts> {
    if (keys.length === 0) return {};
    const values = new Map<string, StoredValue>();
    try {
      return await this.#options.database.transaction((transaction) =>
        this.#importIn(transaction, family, keys, values),
      );
    } catch (error) {
      if (!isValueError(error)) throw error;
      // One of the entries cannot be stored; the others are not to suffer for it.
      return keys.length > 1 ? await this.#importHalves(family, keys) : await this.#setAside(values, 'not_storable');
    }
  }

  /**
   * Imports what the entries under the keys require, so that these can be imported out of turn.
   *
   * @throws when a store does not answer
   */
  async importRequired(family: Version1Family, keys: readonly string[]): Promise<void> {
    const { requires } = family;
    if (!requires || keys.length === 0) return;
    const required = entriesOf(await this.#options.redis.read(keys)).flatMap((entry) => requires(entry));
    await this.#importEach(new Set(required));
  }

  /**
   * Sees to it that what the keys refer to exists.
   *
   * @throws when a store does not answer
   */
  async supply(references: Version1References, keys: readonly string[]): Promise<ImportCounts> {
    const { database, ledger, families, redis, state } = this.#options;
    const targets = await targetsOf(references, redis, keys);
    if (targets.length === 0) return {};
    // Version 1 may hold it all the same: when this is done out of turn, or version 1 wrote it just now.
    const known = await families.render(database, targets);
    await this.#importEach(targets.filter((key) => !known.has(key)));
    return database.transaction(async (transaction) => {
      if (!writesVersion1((await state.hold(transaction)).phase)) return {};
      await ledger.lock(transaction, targets);
      const deleted = await ledger.deletedAmong(transaction, targets);
      const present = await families.render(transaction, targets);
      const missing = targets.filter((key) => !deleted.has(key) && !present.has(key));
      if (missing.length === 0) return {};
      const outcomes = await references.supply(transaction, missing, await this.#context(transaction));
      return {
        placeholders: outcomes.filter((outcome) => outcome === 'imported').length,
        unowned: outcomes.filter((outcome) => outcome === 'unowned').length,
      };
    });
  }

  /** Imports keys of several families. */
  async #importEach(keys: Iterable<string>): Promise<void> {
    for (const [owner, members] of Map.groupBy(keys, (key) => this.#options.families.of(key))) {
      if (owner) await this.import(owner, members);
    }
  }

  async #importHalves(family: Version1Family, keys: readonly string[]): Promise<ImportCounts> {
    const middle = Math.ceil(keys.length / 2);
    const first = await this.import(family, keys.slice(0, middle));
    const second = await this.import(family, keys.slice(middle));
    const names = new Set([...Object.keys(first), ...Object.keys(second)]) as Set<keyof BackfillCounts>;
    return Object.fromEntries([...names].map((name) => [name, (first[name] ?? 0) + (second[name] ?? 0)]));
  }

  async #setAside(values: ReadonlyMap<string, StoredValue>, reason: string): Promise<ImportCounts> {
    const { database, setAside } = this.#options;
    const entries = [...values.values()].map((value) => ({ value, reason }));
    await database.transaction((transaction) => setAside.add(transaction, entries));
    return { setAside: values.size };
  }

  /** @param values where what is found under the keys is put, so that it is known even if it cannot be stored */
  async #importIn(
    transaction: Transaction,
    family: Version1Family,
    keys: readonly string[],
    values: Map<string, StoredValue>,
  ): Promise<ImportCounts> {
    const { state, ledger, setAside, redis } = this.#options;
    if (!writesVersion1((await state.hold(transaction)).phase)) return {};
    await ledger.lock(transaction, keys);
    const known = await ledger.read(transaction, keys);
    for (const [key, value] of await redis.read(keys)) values.set(key, value);
    // Looked up after the values: if it has changed since, they count as those of another process, which is the safe side.
    const { runId } = redis;
    const { fresh, unfit, buried, returned, unchanged, superseded } = await this.#sort(
      transaction,
      values,
      known,
      runId,
    );

    const context = await this.#context(transaction);
    const entries = fresh.map(({ entry }) => entry);
    const outcomes = entries.length === 0 ? [] : await family.import(transaction, entries, context);
    const imported: StoredValue[] = [];
    const deleted: string[] = [];
    let unowned = 0;
    fresh.forEach(({ value }, index) => {
      const outcome = outcomes[index] as ImportOutcome;
      if (outcome === 'imported') imported.push(value);
      else if (outcome === 'deleted') deleted.push(value.key);
      else if (outcome === 'unowned') unowned += 1;
      else unfit.push({ value, reason: outcome.setAside });
    });
    if (imported.length > 0) await this.#markSynced(transaction, family, imported, runId);
    if (unfit.length > 0) await setAside.add(transaction, unfit);
    if (deleted.length > 0) await ledger.bury(transaction, deleted);
    if (deleted.length + buried.length > 0) await ledger.touch(transaction, [...deleted, ...buried]);
    if (returned.length > 0) await ledger.restore(transaction, returned);
    return {
      imported: imported.length,
      unchanged,
      setAside: unfit.length,
      unowned,
      superseded: superseded + buried.length + returned.length + deleted.length,
      expired: keys.length - values.size,
    };
  }

  async #sort(
    transaction: Transaction,
    values: ReadonlyMap<string, StoredValue>,
    known: ReadonlyMap<string, KeyState>,
    runId: string | undefined,
  ): Promise<Sorting> {
    const sorting: Sorting = { fresh: [], unfit: [], buried: [], returned: [], unchanged: 0, superseded: 0 };
    const past = await this.#pastOf(transaction, values, known, runId);
    const seenBefore: { entry: Version1Entry; value: StoredValue; stateSha256: string | undefined }[] = [];
    for (const value of values.values()) {
      const { key, type, bytes } = value;
      const keyState = known.get(key);
      const text = textOf(bytes);
      if (keyState?.isDeleted) sorting.buried.push(key);
      else if (keyState?.pendingSince) sorting.superseded += 1;
      else if (past.has(key)) sorting.returned.push(key);
      else if (type !== 'string') sorting.unfit.push({ value, reason: 'wrong_type' });
      else if (bytes.length > maxValueBytes) sorting.unfit.push({ value, reason: 'too_large' });
      else if (text === undefined) sorting.unfit.push({ value, reason: 'not_utf8' });
      else if (keyState?.valueSha256 === sha256Of(bytes)) {
        seenBefore.push({ entry: { key, text }, value, stateSha256: keyState.stateSha256 });
      } else sorting.fresh.push({ entry: { key, text }, value });
    }
    // What PostgreSQL has lost since is imported again.
    const now = await this.#options.families.render(
      transaction,
      seenBefore.map(({ entry }) => entry.key),
    );
    for (const { entry, value, stateSha256 } of seenBefore) {
      const text = now.get(entry.key);
      if (text !== undefined && sha256Of(text) === stateSha256) sorting.unchanged += 1;
      else sorting.fresh.push({ entry, value });
    }
    return sorting;
  }

  /** Those that hold what they held before, at another Redis process than when both stores were last the same. */
  #pastOf(
    transaction: Transaction,
    values: ReadonlyMap<string, StoredValue>,
    known: ReadonlyMap<string, KeyState>,
    runId: string | undefined,
  ): Promise<Set<string>> {
    const changed = [...values.values()].flatMap(({ key, bytes }) => {
      const { valueSha256, runId: formerRunId } = known.get(key) ?? {};
      const sha256 = sha256Of(bytes);
      const isSuspect = valueSha256 !== undefined && valueSha256 !== sha256 && formerRunId !== runId;
      return isSuspect ? [{ key, sha256 }] : [];
    });
    return this.#options.ledger.pastAmong(transaction, changed);
  }

  async #markSynced(
    transaction: Transaction,
    family: Version1Family,
    values: readonly StoredValue[],
    runId: string | undefined,
  ): Promise<void> {
    const texts = await family.render(
      transaction,
      values.map(({ key }) => key),
    );
    const synced = values.map(({ key, bytes }) => {
      const text = texts.get(key);
      if (text === undefined) throw new Error(`${family.name} has imported ${key} and does not know it`);
      return { key, valueSha256: sha256Of(bytes), stateSha256: sha256Of(text) };
    });
    await this.#options.ledger.markSynced(transaction, synced, runId);
  }

  async #context(transaction: Transaction): Promise<ImportContext> {
    const { ledger, state } = this.#options;
    return {
      defaultOwnerId: await state.defaultOwner(transaction),
      now: new Date(),
      deletedAmong: (keys) => ledger.deletedAmong(transaction, keys),
    };
  }
}

/** The keys, of the service itself, that the entries under the keys refer to. */
export async function targetsOf(
  references: Version1References,
  redis: Version1Redis,
  keys: readonly string[],
): Promise<string[]> {
  return [...new Set(entriesOf(await redis.read(keys)).flatMap((entry) => references.refersTo(entry)))];
}

function entriesOf(values: ReadonlyMap<string, StoredValue>): Version1Entry[] {
  return [...values.values()].flatMap(({ key, type, bytes }) => {
    const text = type === 'string' ? textOf(bytes) : undefined;
    return text === undefined ? [] : [{ key, text }];
  });
}
