import { type AuditEntry, type ErasablePart, erasableParts, isErased } from './audit-entry.ts';

/** The type of the entry that declares erasures. Its own content is never erased. */
export const erasureType = 'personal_data_erased';

/** Sequences of entries, as text: `3`, `3-7`, `3-7,12`; ascending. */
export function formatSequences(sequences: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const sequence of sequences) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === sequence) last[1] = sequence;
    else ranges.push([sequence, sequence]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

function* sequencesIn(text: string): Generator<number> {
  if (text === '') return;
  for (const range of text.split(',')) {
    const [from, to = from] = range.split('-').map(Number);
    for (let sequence = from as number; sequence <= (to as number); sequence += 1) yield sequence;
  }
}

/**
 * Finds parts that were erased without an entry that says so: that is how one could be made to disappear.
 *
 * An erased part names the entry that declares the erasure. Where that entry is itself missing or was altered, it cannot
 * be told, and the fault is that of the other entry.
 */
export class ErasureLedger {
  /** Erased parts by the entry that has to declare them. */
  readonly #undeclared = new Map<number, { part: ErasablePart; sequence: number }[]>();
  #erased = 0;
  #firstWrong: number | undefined;

  /** How many parts were found erased. */
  get erased(): number {
    return this.#erased;
  }

  /** The first entry of which a part was erased, and the entry that has to declare it does not. */
  get firstWrong(): number | undefined {
    return this.#firstWrong;
  }

  /** Notes what was erased of an entry that is intact otherwise. */
  take(entry: AuditEntry): void {
    for (const part of erasableParts) {
      const { erasedBy } = entry[part];
      if (!isErased(entry[part]) || erasedBy === undefined) continue;
      this.#erased += 1;
      // A declaration is younger than what it declares.
      if (erasedBy <= entry.sequence) this.#wrong(entry.sequence);
      else
        this.#undeclared.set(erasedBy, [...(this.#undeclared.get(erasedBy) ?? []), { part, sequence: entry.sequence }]);
    }
  }

  /** Compares what an entry that is intact declares with what has to be declared by it. */
  settle({ sequence: by, type, content }: AuditEntry): void {
    const undeclared = this.#undeclared.get(by);
    if (!undeclared) return;
    this.#undeclared.delete(by);
    const declared = type === erasureType && content.text !== undefined ? declaredIn(content.text) : undefined;
    for (const { part, sequence } of undeclared) if (!declared?.[part].has(sequence)) this.#wrong(sequence);
  }

  /** There are no more entries, so nothing is declared any more. */
  close(): void {
    for (const { sequence } of [...this.#undeclared.values()].flat()) this.#wrong(sequence);
    this.#undeclared.clear();
  }

  get isSettled(): boolean {
    return this.#undeclared.size === 0;
  }

  #wrong(sequence: number): void {
    this.#firstWrong = Math.min(this.#firstWrong ?? Infinity, sequence);
  }
}

function declaredIn(content: string): Record<ErasablePart, ReadonlySet<number>> {
  const { details } = JSON.parse(content) as { details: Record<`${ErasablePart}_erased`, string> };
  return { actor: new Set(sequencesIn(details.actor_erased)), content: new Set(sequencesIn(details.content_erased)) };
}
