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
  for (const range of text.split(',')) {
    const [from, to = from] = range.split('-').map(Number);
    for (let sequence = from as number; sequence <= (to as number); sequence += 1) yield sequence;
  }
}

/** Finds parts that were erased without an entry that says so: that is how one could be made to disappear. */
export class ErasureLedger {
  readonly #undeclared: Record<ErasablePart, Set<number>> = { actor: new Set(), content: new Set() };
  #erased = 0;

  /** How many parts were found erased. */
  get erased(): number {
    return this.#erased;
  }

  /** The first entry of which a part is erased and no later entry has said so. */
  get firstUndeclared(): number | undefined {
    const sequences = erasableParts.flatMap((part) => [...this.#undeclared[part]]);
    return sequences.length === 0 ? undefined : sequences.reduce((first, each) => Math.min(first, each));
  }

  /** Takes an entry that is intact. */
  take(entry: AuditEntry): void {
    for (const part of erasableParts) {
      if (!isErased(entry[part])) continue;
      this.#undeclared[part].add(entry.sequence);
      this.#erased += 1;
    }
    this.declare(entry);
  }

  /** Crosses off what an entry declares, if it declares anything. */
  declare({ type, content }: AuditEntry): void {
    if (type !== erasureType || content.text === undefined) return;
    const { details } = JSON.parse(content.text) as { details: Partial<Record<`${ErasablePart}_erased`, string>> };
    for (const part of erasableParts) {
      const declared = details[`${part}_erased`];
      if (!declared) continue;
      for (const sequence of sequencesIn(declared)) this.#undeclared[part].delete(sequence);
    }
  }
}
