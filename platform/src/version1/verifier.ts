import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../pg/database.ts';
import { sha256Of } from './digest.ts';
import type { Families } from './families.ts';
import type { Version1Family, Version1Keys, Version1References } from './family.ts';
import { targetsOf } from './importer.ts';
import { inBatches, scanKeys } from './key-batches.ts';
import type { KeyState, Ledger } from './ledger.ts';
import { writesVersion1 } from './phase.ts';
import type { SetAsideStore } from './set-aside-store.ts';
import type { PgVersion1State, VerificationResult } from './state-store.ts';
import type { Version1Redis } from './version1-redis.ts';

/**
 * - `missing`: PostgreSQL does not hold it, and it was not set aside.
 * - `differs`: PostgreSQL holds something else, or something else than when it was imported.
 * - `deleted`: PostgreSQL does not hold it any more, and version 1 does.
 * - `pending`: it is still to be written to version 1.
 * - `dangling`: it refers to something that nobody has.
 */
export type DriftFault = 'missing' | 'differs' | 'deleted' | 'pending' | 'dangling';

export interface Drift {
  family: string;
  key: string;
  fault: DriftFault;
}

export type VerificationEvent =
  | { kind: 'progress'; family: string; compared: number; totalKeys: number }
  | ({ kind: 'drift' } & Drift);

export interface VerifierOptions {
  database: Database;
  state: PgVersion1State;
  ledger: Ledger;
  setAside: SetAsideStore;
  families: Families;
  references: readonly Version1References[];
  redis: Version1Redis;
}

interface Suspicion {
  fault: DriftFault;
  /** Differs from one moment to another if somebody is at work on the key. */
  evidence: string;
}

/** A write or an import that is under way has ended after the first of them, as a rule. */
const confirmationPausesMs = [50, 200, 400, 800, 1600];
/** A write that is noted is delivered by its writer, or within about a second by a sweep: it is given all of the pauses. */
const patiently: ReadonlySet<DriftFault> = new Set(['pending']);

/**
 * Compares what version 1 holds with PostgreSQL, while both are in use.
 *
 * A key that differs is a mere suspect: its write may be on the way. It is found guilty if it differs in the same way
 * after a pause.
 */
export class Verifier {
  readonly #options: VerifierOptions;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /**
   * @returns what was found, which the state remembers, too
   * @throws {StatusError} UNAVAILABLE when a store does not answer; the signal's reason
   */
  async *run(signal: AbortSignal): AsyncGenerator<VerificationEvent, VerificationResult> {
    const { families, references, redis, state } = this.#options;
    const { phase } = await state.read();
    const totalKeys = await redis.countKeys();
    let compared = 0;
    let drifted = 0;
    const walks: [Version1Keys, (keys: readonly string[]) => Promise<Map<string, Suspicion>>][] = [
      ...families.all.map((family) => [family, (keys: readonly string[]) => this.#compare(family, keys)] as const),
      ...references.map((kind) => [kind, (keys: readonly string[]) => this.#dangling(kind, keys)] as const),
    ].map(([kind, compare]) => [kind, compare]);
    for (const [kind, compare] of walks) {
      for await (const { keys } of scanKeys(redis, kind)) {
        for await (const batch of inBatches(redis, keys)) {
          signal.throwIfAborted();
          for (const [key, { fault }] of await confirmed(compare, batch, signal)) {
            // Once nothing is written to version 1 any more, that is as it should be.
            if (fault === 'pending' && !writesVersion1(phase)) continue;
            drifted += 1;
            yield { kind: 'drift', family: kind.name, key, fault };
          }
        }
        compared += keys.length;
        yield { kind: 'progress', family: kind.name, compared, totalKeys };
      }
    }
    const result = { finishedAt: new Date().toISOString(), compared, drifted };
    await state.saveVerification(result);
    return result;
  }

  async #compare(family: Version1Family, keys: readonly string[]): Promise<Map<string, Suspicion>> {
    const { database, ledger, setAside, redis } = this.#options;
    const values = await redis.read(keys);
    const known = await ledger.read(database, keys);
    const texts = await family.render(database, keys);
    const digests = [...values.values()].map(({ key, bytes }) => ({ key, sha256: sha256Of(bytes) }));
    const kept = await setAside.unfitAmong(database, digests);
    const suspicions = new Map<string, Suspicion>();
    for (const { key, sha256 } of digests) {
      const fault = faultOf(sha256, known.get(key), texts.get(key), kept.has(key));
      if (fault) suspicions.set(key, { fault, evidence: evidenceOf(fault, sha256, known.get(key)) });
    }
    return suspicions;
  }

  async #dangling(references: Version1References, keys: readonly string[]): Promise<Map<string, Suspicion>> {
    const { database, ledger, families, redis } = this.#options;
    const targets = await targetsOf(references, redis, keys);
    const present = await families.render(database, targets);
    const deleted = await ledger.deletedAmong(database, targets);
    const missing = targets.filter((key) => !present.has(key) && !deleted.has(key));
    return new Map(missing.map((key) => [key, { fault: 'dangling', evidence: key }]));
  }
}

function faultOf(
  sha256: string,
  state: KeyState | undefined,
  text: string | undefined,
  isSetAside: boolean,
): DriftFault | undefined {
  if (state?.pendingSince) return 'pending';
  if (state?.isDeleted) return 'deleted';
  const isSame = text !== undefined && state?.valueSha256 === sha256 && state.stateSha256 === sha256Of(text);
  if (isSame || isSetAside) return undefined;
  return text === undefined ? 'missing' : 'differs';
}

function evidenceOf(fault: DriftFault, sha256: string, state: KeyState | undefined): string {
  return [fault, sha256, state?.valueSha256, state?.stateSha256, state?.pendingSince?.toISOString()].join(' ');
}

/** Compares until what is suspect is either cleared or the same twice in a row. */
async function confirmed(
  compare: (keys: readonly string[]) => Promise<Map<string, Suspicion>>,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Suspicion>> {
  const guilty = new Map<string, Suspicion>();
  let suspects = await compare(keys);
  for (const [round, pauseMs] of confirmationPausesMs.entries()) {
    if (suspects.size === 0) break;
    await sleep(pauseMs, undefined, { signal });
    const isLast = round === confirmationPausesMs.length - 1;
    const again = await compare(keys.filter((key) => !guilty.has(key)));
    for (const [key, suspicion] of again) {
      if (suspects.get(key)?.evidence !== suspicion.evidence) continue;
      if (patiently.has(suspicion.fault) && !isLast) continue;
      guilty.set(key, suspicion);
      again.delete(key);
    }
    suspects = again;
  }
  return guilty;
}
