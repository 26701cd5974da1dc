import type { Position } from '../../../domain/analysis.ts';
import type { Party } from '../summary/parties.ts';
import type { Ruleset } from './ruleset-schema.ts';

/** Who gives (supplier, licensor) and who takes (customer, licensee). */
type Side = 'giving' | 'taking';

const sideOf: Readonly<Record<Position, Side | undefined>> = {
  neutral: undefined,
  customer: 'taking',
  licensee: 'taking',
  supplier: 'giving',
  licensor: 'giving',
};

/** Tells which parties of a contract stand on the reviewer's side, by the roles that they are named after. */
export class Sides {
  readonly #own: Side | undefined;
  readonly #byName = new Map<string, Side>();

  /** @param roles the names of roles, in lower case, that mean each position */
  constructor(parties: readonly Party[], roles: Ruleset['roles'], position: Position) {
    this.#own = sideOf[position];
    for (const [role, words] of Object.entries(roles)) {
      const side = sideOf[role as keyof Ruleset['roles']];
      if (side) for (const word of words) this.#byName.set(word, side);
    }
    this.#learnFrom(parties);
  }

  /**
   * Whether a passage burdens the reviewer's side.
   *
   * @param subjects who acts in it, in lower case
   * @param burdened whether it burdens who acts, or the other party
   * @returns true also for a neutral reviewer, and when it cannot be told
   */
  isBurdened(subjects: readonly string[], burdened: 'actor' | 'other'): boolean {
    if (this.#own === undefined || subjects.length === 0) return true;
    return subjects.some((subject) => {
      const side = this.#byName.get(subject);
      return side === undefined || (side === this.#own) === (burdened === 'actor');
    });
  }

  /** Each name of a party says what its other names are, and of two parties one says what the other is. */
  #learnFrom(parties: readonly Party[]): void {
    const sides = parties.map((party) =>
      namesOf(party)
        .map((name) => this.#byName.get(name))
        .find((side) => side !== undefined),
    );
    if (parties.length === 2 && (sides[0] === undefined) !== (sides[1] === undefined)) {
      const known = sides[0] ?? sides[1];
      const other = known === 'giving' ? 'taking' : 'giving';
      sides[0] ??= other;
      sides[1] ??= other;
    }
    for (const [index, party] of parties.entries()) {
      const side = sides[index];
      if (side) for (const name of namesOf(party)) this.#byName.set(name, side);
    }
  }
}

function namesOf({ name, aliases }: Party): string[] {
  return [name, ...aliases].filter((each) => each !== '').map((each) => each.toLowerCase());
}
