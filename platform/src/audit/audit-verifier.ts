import { setImmediate } from 'node:timers/promises';
import { CompactRange } from '../merkle/compact-range.ts';
import { type AuditEntry, entryLeaf, isErased, isPartIntact } from './audit-entry.ts';
import { type AuditHead, type HeadFile, isHeadSigned } from './audit-head.ts';
import { type AuditKey, TrustedKeys } from './audit-keys.ts';
import { AuditFormatError, type AuditRecord, type LogRecord } from './audit-records.ts';
import type { Fault, Verdict } from './audit-verdict.ts';
import { isEntrySigned } from './entry-signatures.ts';
import { ErasureLedger, erasureType } from './erasures.ts';

/** The type of the entry that declares that the entries before it were sealed away. */
const sealType = 'audit_log_sealed';

export interface VerifyOptions {
  logId: string;
  /** Public keys in base64 that are trusted to begin with. */
  anchors: readonly string[];
  /** Further keys, trusted if a chain of signatures leads to them. */
  keys?: readonly AuditKey[];
  /** Heads that were kept elsewhere. */
  heads?: readonly AuditHead[];
  /** Told after every thousand entries how many were checked. */
  onProgress?: (checked: number) => void;
}

const progressEvery = 1000;
const breathEvery = 20;
/** How far around its place an entry is looked for that is at a wrong one, to say that it was moved. */
const moveWindow = 256;
/** How far beyond the newest head. */
const moveBeyond = 32;

/**
 * Checks an exported log, in one pass and in bounded memory.
 *
 * Each entry must be signed for its place, each head must have the root over the entries before it, and what was erased
 * or sealed away must be declared by an entry. The first fault ends the check.
 *
 * @param records exports of the same log that continue each other: archives of what was sealed, then the log itself
 * @throws {AuditFormatError} if they are not, or if a head that was kept is of another log, was not signed by its keys,
 *   or is older than the first entry
 */
export async function verifyLog(records: AsyncIterable<AuditRecord>, options: VerifyOptions): Promise<Verdict> {
  const verifier = new LogVerifier(options);
  const rest = records[Symbol.asyncIterator]();
  try {
    // One record is read ahead: to tell an insertion from an edit takes a look at what follows.
    let current = await rest.next();
    while (!current.done) {
      const next = await rest.next();
      // Signatures take a while, and whoever verifies may have other things to do as well.
      if (verifier.checked % breathEvery === 0) await setImmediate();
      const fault = verifier.take(current.value, next.done ? undefined : next.value);
      if (fault) {
        const remaining = next.done ? [] : [next.value];
        return verifier.verdict(await earlierFault(verifier, fault, remaining, rest));
      }
      current = next;
    }
    return verifier.verdict(verifier.end());
  } finally {
    await rest.return?.();
  }
}

/** Checks an exported log, as `verifyLog` does, against a head that was kept elsewhere. */
export function verifyAgainstHead(
  records: AsyncIterable<AuditRecord>,
  { head, keys, earlierHeads }: HeadFile,
  onProgress: (checked: number) => void = () => undefined,
): Promise<Verdict> {
  return verifyLog(records, {
    logId: head.logId,
    anchors: keys.map(({ publicKey }) => publicKey),
    heads: [...earlierHeads, head],
    onProgress,
  });
}

/** Of an entry before the fault a part may have been erased, and what comes later tells whether that was declared. */
async function earlierFault(
  verifier: LogVerifier,
  fault: Fault,
  remaining: readonly AuditRecord[],
  rest: AsyncIterator<AuditRecord>,
): Promise<Fault> {
  for (const record of remaining) verifier.takeDeclaration(record);
  while (!verifier.isSettled) {
    const next = await rest.next();
    if (next.done) break;
    verifier.takeDeclaration(next.value);
  }
  const erased = verifier.wrongErasure();
  return erased && (erased.sequence as number) < (fault.sequence ?? Infinity) ? erased : fault;
}

class LogVerifier {
  readonly #options: VerifyOptions;
  readonly #known: AuditKey[];
  #trusted: TrustedKeys;
  readonly #keptHeads: ReadonlySet<AuditHead>;
  /** Heads by their size, of sizes that are not reached yet. */
  readonly #pending = new Map<number, AuditHead[]>();
  #beginning: LogRecord | undefined;
  #range = new CompactRange();
  readonly #erasures = new ErasureLedger();
  /** What the entries declare as sealed: sizes, and the roots of those sizes. */
  readonly #seals = new Map<number, string>();
  /** The largest size that a head is of. */
  #longest = 0;
  #agreedSize = 0;
  #checked = 0;
  #heads = 0;

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.#known = [...(options.keys ?? [])];
    this.#trusted = TrustedKeys.of(options.logId, options.anchors, this.#known);
    this.#keptHeads = new Set(options.heads);
    for (const head of this.#keptHeads) {
      if (head.logId !== options.logId) throw new AuditFormatError(`The head of size ${head.size} is of another log.`);
      if (!isHeadSigned(head, this.#trusted)) {
        throw new AuditFormatError(
          `The head of size ${head.size} that was kept is not signed by the keys that came with it.`,
        );
      }
      this.#await(head);
    }
  }

  take(record: AuditRecord, next: AuditRecord | undefined): Fault | undefined {
    switch (record.kind) {
      case 'log':
        return this.#begin(record);
      case 'key':
        this.#known.push(record);
        this.#trusted = TrustedKeys.of(this.#options.logId, this.#options.anchors, this.#known);
        return undefined;
      case 'head':
        return this.#takeHead(record);
      case 'entry':
        return this.#takeEntry(record, next?.kind === 'entry' ? next : undefined);
      case 'declaration':
        this.takeDeclaration(record);
        return undefined;
    }
  }

  /** All records were read. */
  end(): Fault | undefined {
    if (!this.#beginning) throw new AuditFormatError('This is not an exported audit log: it is empty.');
    const [missing] = [...this.#pending.values()].flat().sort((a, b) => a.size - b.size);
    const { size } = this.#range;
    if (missing) {
      const message =
        `The log ends before entry ${size}: it has ${size} entries, and at ${missing.signedAt} it had ${missing.size}. ` +
        'They were cut off at the end.';
      return { kind: 'cut_off', sequence: size, message };
    }
    this.#erasures.close();
    return this.wrongErasure() ?? this.#undeclaredSeal();
  }

  verdict(fault: Fault | undefined): Verdict {
    return {
      logId: this.#options.logId,
      firstSequence: this.#beginning?.sealedSize ?? 0,
      size: this.#range.size,
      peaks: this.#range.peaks,
      checked: this.#checked,
      heads: this.#heads,
      erased: this.#erasures.erased,
      ...(fault && { fault }),
    };
  }

  get checked(): number {
    return this.#checked;
  }

  /** Whether no erasure waits for its declaration. */
  get isSettled(): boolean {
    return this.#erasures.isSettled;
  }

  wrongErasure(): Fault | undefined {
    const sequence = this.#erasures.firstWrong;
    if (sequence === undefined) return undefined;
    const message = `Of entry ${sequence} a part is missing, and no entry declares that it was erased on request.`;
    return { kind: 'edited', sequence, message };
  }

  /** Takes from a record only what it declares, and only if it was signed for where it is. */
  takeDeclaration(record: AuditRecord): void {
    if (record.kind !== 'entry' && record.kind !== 'declaration') return;
    // A declaration that was taken away says nothing about what it declared.
    if (hasLostDeclaration(record)) return;
    if (isPartIntact(record.content) && this.#isSignedFor(record, record.sequence)) this.#erasures.settle(record);
  }

  #begin(record: LogRecord): Fault | undefined {
    const { logId } = this.#options;
    if (record.logId !== logId) throw new AuditFormatError(`This is the log ${record.logId}, not ${logId}.`);
    const sealed = sealedRange(record);
    if (this.#beginning) {
      if (sealed.size !== this.#range.size || !sealed.root().equals(this.#range.root())) {
        throw new AuditFormatError(
          `What begins with entry ${sealed.size} does not continue what ends before entry ${this.#range.size}: give ` +
            'all archives from the first one that is needed, in order.',
        );
      }
      return undefined;
    }
    const unreachable = [...this.#pending.keys()].find((size) => size < sealed.size);
    if (unreachable !== undefined) {
      throw new AuditFormatError(
        `The head of size ${unreachable} is older than entry ${sealed.size}, the first one here: those before it ` +
          'were sealed. Give their archives too.',
      );
    }
    this.#beginning = record;
    this.#range = sealed;
    this.#agreedSize = sealed.size;
    return this.#compareHeads();
  }

  #takeHead(head: AuditHead): Fault | undefined {
    const { logId } = this.#options;
    if (head.logId !== logId || !isHeadSigned(head, this.#trusted)) {
      const message = `The log has a head of size ${head.size} that none of its keys has signed.`;
      return { kind: 'forged_head', message };
    }
    if (head.size < this.#range.size) throw new AuditFormatError(`The head of size ${head.size} comes too late.`);
    this.#await(head);
    return this.#compareHeads();
  }

  #takeEntry(entry: AuditEntry, next: AuditEntry | undefined): Fault | undefined {
    if (!this.#beginning) throw new AuditFormatError('This is not an exported audit log: it lacks its first line.');
    const expected = this.#range.size;
    const fault = this.#misplaced(entry, expected) ?? this.#altered(entry, expected, next);
    if (fault) return fault;
    this.#erasures.settle(entry);
    this.#erasures.take(entry);
    const erased = this.wrongErasure();
    if (erased) return erased;
    this.#takeSeal(entry);
    this.#range.append(entryLeaf(entry));
    this.#checked += 1;
    if (this.#checked % progressEvery === 0) this.#options.onProgress?.(this.#checked);
    return this.#compareHeads();
  }

  /** Its number alone shows that something is wrong. */
  #misplaced({ sequence }: AuditEntry, expected: number): Fault | undefined {
    if (sequence > expected) {
      const missing = sequence === expected + 1 ? `Entry ${expected} is` : `Entries ${expected} to ${sequence - 1} are`;
      return { kind: 'removed', sequence: expected, message: `${missing} missing.` };
    }
    if (sequence < expected) {
      return { kind: 'inserted', sequence, message: `There is an entry ${sequence} that does not belong there.` };
    }
    return undefined;
  }

  #altered(entry: AuditEntry, expected: number, next: AuditEntry | undefined): Fault | undefined {
    if (isPartIntact(entry.actor) && isPartIntact(entry.content) && this.#isSignedFor(entry, expected)) {
      const message = `Entry ${expected} declares an erasure, and what it declared is missing.`;
      return hasLostDeclaration(entry) ? { kind: 'edited', sequence: expected, message } : undefined;
    }
    const place = this.#placeOf(entry, expected);
    const sequence = expected;
    if (place !== undefined && place > expected && (!next || this.#isSignedFor(next, place + 1))) {
      const message = `Entry ${expected} is missing, and those after it were moved up: entry ${place} is in its place.`;
      return { kind: 'removed', sequence, message };
    }
    if (place !== undefined) {
      return { kind: 'reordered', sequence, message: `At the place of entry ${expected} is entry ${place}.` };
    }
    if (next && this.#isSignedFor(next, expected)) {
      const message = `Entry ${expected} was inserted: it was never signed, and the real one comes after it.`;
      return { kind: 'inserted', sequence, message };
    }
    if (!this.#trusted.has(entry.keyId)) {
      const message = `Entry ${expected} is signed by the key ${entry.keyId}, for which no trusted key vouches.`;
      return { kind: 'edited', sequence, message };
    }
    return { kind: 'edited', sequence, message: `Entry ${expected} is not what was signed.` };
  }

  /** For which place near this one an entry was signed; undefined if for none. */
  #placeOf(entry: AuditEntry, here: number): number | undefined {
    const last = Math.max(here, this.#longest) + moveBeyond;
    for (let distance = 1; distance <= moveWindow; distance += 1) {
      for (const place of [here + distance, here - distance]) {
        if (place >= 0 && place <= last && this.#isSignedFor(entry, place)) return place;
      }
    }
    return undefined;
  }

  #isSignedFor(entry: AuditEntry, sequence: number): boolean {
    return isEntrySigned({ ...entry, sequence }, this.#options.logId, this.#trusted);
  }

  #takeSeal({ type, content }: AuditEntry): void {
    if (type !== sealType || content.text === undefined) return;
    const { details } = JSON.parse(content.text) as { details: { sealed_size: number; root_hash: string } };
    this.#seals.set(details.sealed_size, details.root_hash);
  }

  /** Compares the entries so far with each head of that size. */
  #compareHeads(): Fault | undefined {
    const { size } = this.#range;
    const reached = this.#pending.get(size);
    if (!reached) return undefined;
    const rootHash = this.#range.root().toString('hex');
    const other = reached.find((head) => head.rootHash !== rootHash);
    if (other) {
      const where = this.#keptHeads.has(other) ? 'that was kept' : 'in the log';
      const message =
        `Every entry up to ${size - 1} was signed, but they are not those that the head of ${other.signedAt} ${where} ` +
        `was taken of: the first that differs is one of ${this.#agreedSize} to ${size - 1}. The log was put back to an ` +
        'earlier state and went on differently.';
      return { kind: 'replaced', sequence: this.#agreedSize, message };
    }
    this.#heads += reached.length;
    this.#agreedSize = size;
    this.#pending.delete(size);
    return undefined;
  }

  #await(head: AuditHead): void {
    this.#pending.set(head.size, [...(this.#pending.get(head.size) ?? []), head]);
    this.#longest = Math.max(this.#longest, head.size);
  }

  #undeclaredSeal(): Fault | undefined {
    const beginning = this.#beginning as LogRecord;
    if (beginning.sealedSize === 0) return undefined;
    if (this.#seals.get(beginning.sealedSize) === sealedRange(beginning).root().toString('hex')) return undefined;
    const message =
      `The log begins with entry ${beginning.sealedSize}, and no entry declares that those before it were sealed. They ` +
      'were removed.';
    return { kind: 'removed', sequence: 0, message };
  }
}

function hasLostDeclaration({ type, content }: AuditEntry): boolean {
  return type === erasureType && isErased(content);
}

function sealedRange({ sealedSize, sealedPeaks }: LogRecord): CompactRange {
  try {
    return new CompactRange(
      sealedSize,
      sealedPeaks.map((peak) => Buffer.from(peak, 'hex')),
    );
  } catch (cause) {
    throw new AuditFormatError('This is not an exported audit log: the sealed part does not add up.', { cause });
  }
}
