import type { Effect, Operation, State } from './history.ts';

export type Rule =
  /** PostgreSQL itself has less than was acknowledged. */
  | 'lost write'
  /** A read that began after an acknowledgement returned what was before it. */
  | 'stale read'
  /** A thing that was acknowledged, and that nobody removed, is not there. */
  | 'vanished'
  /** A thing whose removal was acknowledged is there: a deleted document is shown, a revoked session accepted. */
  | 'came back'
  /** A value that nobody wrote, or another one than the write of that version wrote. */
  | 'wrong value';

export interface Violation {
  rule: Rule;
  object: string;
  /** The operations that together show it, in the order of their invocation. */
  evidence: readonly Operation[];
}

/** Reads by this name went to the truth itself, past every cache. */
export const truth = 'postgresql';

/**
 * Judges what the clients were told.
 *
 * Every thing is a register whose states the system numbers, so the order of its writes is known and any number of them
 * may run at once. Only what was acknowledged binds: a write without an answer may or may not be there, at once or later,
 * and before the acknowledgement of a write a reader may see it or not.
 *
 * @returns the violations, in the order in which they could first be seen
 */
export function check(operations: readonly Operation[]): Violation[] {
  const violations = [...byObject(operations)].flatMap(([object, accesses]) => new Register(object, accesses).check());
  return violations.sort((a, b) => seenAt(a) - seenAt(b));
}

interface Access {
  operation: Operation;
  effect: Effect;
}

interface Acknowledged {
  at: number;
  operation: Operation;
}

interface AcknowledgedVersion extends Acknowledged {
  version: number;
}

/** One thing, and all that was done to it and seen of it. */
class Register {
  readonly #object: string;
  readonly #accesses: readonly Access[];
  /** The highest version that was acknowledged, by the time from which it was. */
  readonly #acknowledged: readonly AcknowledgedVersion[];
  readonly #valueOf: ReadonlyMap<number, { value: string | undefined; operation: Operation }>;
  readonly #versionOf: ReadonlyMap<string | undefined, number>;
  readonly #values: ReadonlySet<string | undefined>;
  readonly #removed: Acknowledged | undefined;
  /** When somebody first tried to remove it. */
  readonly #removalBeganAt: number;

  constructor(object: string, accesses: readonly Access[]) {
    this.#object = object;
    this.#accesses = accesses;
    const writes = accesses.filter(({ effect }) => effect.action === 'write');
    const removals = accesses.filter(({ effect }) => effect.action === 'remove');
    const acknowledged = writes.filter(({ operation }) => operation.outcome === 'ok');
    this.#acknowledged = risingVersions(acknowledged);
    this.#values = new Set(writes.map(({ effect }) => effect.state?.value));
    this.#valueOf = new Map(
      acknowledged.map(({ operation, effect }) => [
        effect.state?.version ?? 0,
        { value: effect.state?.value, operation },
      ]),
    );
    this.#versionOf = new Map([...this.#valueOf].map(([version, { value }]) => [value, version]));
    this.#removed = removals
      .filter(({ operation }) => operation.outcome === 'ok')
      .map(({ operation }) => ({ at: operation.answeredAt, operation }))
      .sort((a, b) => a.at - b.at)[0];
    this.#removalBeganAt = Math.min(
      ...removals
        .filter(({ operation }) => operation.outcome !== 'refused')
        .map(({ operation }) => operation.invokedAt),
    );
  }

  check(): Violation[] {
    return this.#accesses
      .filter(({ operation }) => operation.outcome === 'ok')
      .flatMap((access) => this.#judge(access));
  }

  #judge(access: Access): Violation[] {
    switch (access.effect.action) {
      case 'write':
        return access.operation.outcome === 'ok' ? this.#checkVersion(access) : [];
      case 'read':
        return access.effect.state ? this.#checkSeen(access, access.effect.state) : this.#checkAbsence(access);
      case 'remove':
        return [];
    }
  }

  /** A version belongs to one write: had two of them got the same, one would have overwritten the other. */
  #checkVersion({ operation, effect }: Access): Violation[] {
    const owner = this.#valueOf.get(effect.state?.version ?? 0);
    return owner && owner.value !== effect.state?.value
      ? [this.#violation('wrong value', owner.operation, operation)]
      : [];
  }

  #checkSeen({ operation }: Access, seen: State): Violation[] {
    if (this.#removed && this.#removed.at < operation.invokedAt) {
      return [this.#violation('came back', this.#removed.operation, operation)];
    }
    const known = this.#acknowledgedBefore(operation.invokedAt);
    // Where the system shows no version, the value tells it.
    const version = seen.version ?? this.#versionOf.get(seen.value) ?? Infinity;
    if (known && version < known.version) {
      return [this.#violation(operation.via === truth ? 'lost write' : 'stale read', known.operation, operation)];
    }
    const written = this.#valueOf.get(version);
    if (written && written.value !== seen.value) return [this.#violation('wrong value', written.operation, operation)];
    // Nobody heard of the creation of a thing that is not known by any write.
    return this.#values.size === 0 || this.#values.has(seen.value) ? [] : [this.#violation('wrong value', operation)];
  }

  #checkAbsence({ operation }: Access): Violation[] {
    const known = this.#acknowledgedBefore(operation.invokedAt);
    if (!known || this.#removalBeganAt < operation.answeredAt) return [];
    return [this.#violation(operation.via === truth ? 'lost write' : 'vanished', known.operation, operation)];
  }

  /** What a read that begins then has to show at least. */
  #acknowledgedBefore(moment: number): AcknowledgedVersion | undefined {
    let low = 0;
    let high = this.#acknowledged.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#acknowledged[middle] as AcknowledgedVersion).at < moment) low = middle + 1;
      else high = middle;
    }
    return this.#acknowledged[low - 1];
  }

  #violation(rule: Rule, ...evidence: readonly Operation[]): Violation {
    return { rule, object: this.#object, evidence: evidence.toSorted((a, b) => a.invokedAt - b.invokedAt) };
  }
}

function byObject(operations: readonly Operation[]): Map<string, Access[]> {
  const accesses = new Map<string, Access[]>();
  for (const operation of operations) {
    for (const effect of operation.effects) {
      const known = accesses.get(effect.object);
      if (known) known.push({ operation, effect });
      else accesses.set(effect.object, [{ operation, effect }]);
    }
  }
  return accesses;
}

function risingVersions(acknowledged: readonly Access[]): AcknowledgedVersion[] {
  const rising: AcknowledgedVersion[] = [];
  for (const { operation, effect } of acknowledged.toSorted(
    (a, b) => a.operation.answeredAt - b.operation.answeredAt,
  )) {
    const version = effect.state?.version ?? 0;
    if (version > (rising.at(-1)?.version ?? -1)) rising.push({ at: operation.answeredAt, operation, version });
  }
  return rising;
}

/** When it could first be seen, in milliseconds on the history's clock. */
export function seenAt({ evidence }: Violation): number {
  return evidence.at(-1)?.answeredAt ?? 0;
}
