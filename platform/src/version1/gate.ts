import { auditMessage, type NewAuditEvent } from '../audit/audit-events.ts';
import type { Database, Transaction } from '../pg/database.ts';
import { migrationLock } from './backfill.ts';
import type { KeyWriter } from './key-writer.ts';
import type { Ledger } from './ledger.ts';
import { comparePhases, type Phase, type PhaseState, phases } from './phase.ts';
import type { PhaseWatch } from './phase-watch.ts';
import { alreadyRunning, refused } from './refusal.ts';
import type { PgVersion1State } from './state-store.ts';
import type { VerificationEvent, Verifier } from './verifier.ts';

/** So many keys are named in the refusal itself, as far as there is room for them in the trailers of the answer. */
const maxNamed = 100;
const maxNamedBytes = 4000;
const maxCharactersOfKey = 100;

export interface GateOptions {
  database: Database;
  state: PgVersion1State;
  watch: PhaseWatch;
  ledger: Ledger;
  writer: KeyWriter;
  verifier: Verifier;
}

/** Who changes the phase. */
export type Actor = Pick<NewAuditEvent, 'service' | 'userId' | 'sessionId'>;

/** Lets the move go on only while both stores hold the same, and go back as long as completion is not confirmed. */
export class Gate {
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Goes on to the phase, which has to be the next one, or confirms that the move is complete. Where that was done
   * before, does nothing. Tells what the verification before it finds.
   *
   * @throws {StatusError} FAILED_PRECONDITION, and the phase stays, if another phase comes first, the backfill has not
   *   come to its end, or the stores differ; UNAVAILABLE when a store does not answer
   */
  async *advance(
    { to, confirm }: { to: Phase; confirm: boolean },
    actor: Actor,
    signal: AbortSignal,
  ): AsyncGenerator<VerificationEvent> {
    const { database, state, writer } = this.#options;
    await using lock = await database.tryLock(migrationLock);
    if (!lock) throw alreadyRunning();
    const from = await state.read();
    if (isReached(from, to, confirm)) return;
    requireNext(from, to, confirm);
    if (from.backfill?.finishedAt === undefined) {
      throw refused('BACKFILL_NOT_FINISHED', 'The backfill has not come to its end: run it first.');
    }
    // What only waits for its turn is no drift.
    if (from.phase !== 'complete') await writer.writeAll();
    yield* this.#verify(signal);
    await this.#change(actor, 'migration_advanced', async (transaction, held) => {
      requireNext(held, to, confirm);
      if (from.phase !== 'complete') await this.#writePending(transaction);
      await state.setPhase(transaction, to, confirm);
      if (confirm) await this.#options.ledger.clearAllPending(transaction);
      return { from: held.phase, to };
    });
  }

  /**
   * Goes back to the phase, which has to be the one before; where that was done already, does nothing. What changed
   * meanwhile is then written to version 1 in the background.
   *
   * @throws {StatusError} FAILED_PRECONDITION if completion is confirmed or another phase comes first
   */
  async rollback(to: Phase, actor: Actor): Promise<void> {
    const { database, state, writer } = this.#options;
    await using lock = await database.tryLock(migrationLock);
    if (!lock) throw alreadyRunning();
    const from = await state.read();
    if (from.confirmed) {
      throw refused('MIGRATION_IS_CONFIRMED', 'The migration was confirmed to be complete; there is no way back.');
    }
    if (comparePhases(from.phase, to) <= 0) return;
    if (phases[phases.indexOf(from.phase) - 1] !== to) {
      throw refused('NOT_THE_PHASE_BEFORE', `The phase is ${from.phase}: roll back one phase at a time.`);
    }
    await this.#change(actor, 'migration_rolled_back', async (transaction, held) => {
      await state.setPhase(transaction, to, false);
      return { from: held.phase, to };
    });
    writer.wake();
  }

  async *#verify(signal: AbortSignal): AsyncGenerator<VerificationEvent> {
    const keys: string[] = [];
    const run = this.#options.verifier.run(signal);
    let next = await run.next();
    for (; !next.done; next = await run.next()) {
      if (next.value.kind === 'drift' && keys.length < maxNamed) keys.push(next.value.key);
      yield next.value;
    }
    const { drifted } = next.value;
    if (drifted > 0) throw drift(drifted, keys);
  }

  /** While nobody writes anything: what was written since the verification is either in version 1, too, or refuses. */
  async #writePending(transaction: Transaction): Promise<void> {
    const { ledger, writer } = this.#options;
    await writer.writeAllIn(transaction);
    const pending = await ledger.countPending(transaction);
    if (pending > 0) throw drift(pending, await ledger.pendingKeys(transaction, maxNamed));
  }

  async #change(
    actor: Actor,
    type: 'migration_advanced' | 'migration_rolled_back',
    work: (transaction: Transaction, held: PhaseState) => Promise<Record<string, unknown>>,
  ): Promise<void> {
    const { database, state, watch } = this.#options;
    await database.transaction(async (transaction) => {
      const details = await work(transaction, await state.holdForChange(transaction));
      transaction.emit(auditMessage({ ...actor, type, details }));
    });
    await watch.refresh();
  }
}

function isReached(state: PhaseState, to: Phase, confirm: boolean): boolean {
  const order = comparePhases(state.phase, to);
  return state.confirmed || order > 0 || (order === 0 && !confirm);
}

function requireNext(state: PhaseState, to: Phase, confirm: boolean): void {
  const next = phases[phases.indexOf(state.phase) + 1] ?? 'complete';
  const isNext = confirm ? state.phase === 'complete' && to === 'complete' : to === next && state.phase !== to;
  if (isNext) return;
  const step = state.phase === 'complete' ? 'confirm that it is complete' : `advance to ${next}`;
  throw refused('NOT_THE_NEXT_PHASE', `The phase is ${state.phase}: what comes next is to ${step}.`);
}

function drift(count: number, keys: readonly string[]) {
  const named: string[] = [];
  let bytes = 0;
  for (const name of keys.map(shortened)) {
    bytes += Buffer.byteLength(name) + 1;
    if (bytes > maxNamedBytes) break;
    named.push(name);
  }
  return refused(
    'STORES_DIFFER',
    `PostgreSQL and version 1 differ at ${count} ${count === 1 ? 'key' : 'keys'}, such as ${named[0]}. Run the backfill, then try again.`,
    { drifted: String(count), keys: named.join(' ') },
  );
}

function shortened(key: string): string {
  return key.length > maxCharactersOfKey ? `${key.slice(0, maxCharactersOfKey).toWellFormed()}…` : key;
}
