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

/** Who bears what a passage burdens: the reviewer's side (perhaps with the other), the other alone, or nobody knows. */
export type Bearer = 'own' | 'other' | 'unknown';

/** Tells which parties of a contract stand on the reviewer's side. */
export class Sides {
  readonly #own: Side | undefined;
  readonly #byName = new Map<string, Side>();

  /**
   * The names that the contract gives its parties decide, where they are names of roles, also for their other names and for the
   * other of two parties. Where the names of two parties say nothing or the same, who pays takes.
   *
   * @param roles the names of roles, in lower case, that mean each position
   * @param passages what the contract says
   */
  constructor(
    parties: readonly Party[],
    roles: Ruleset['roles'],
    position: Position,
    passages: readonly { text: string }[],
  ) {
    this.#own = sideOf[position];
    for (const [role, words] of Object.entries(roles)) {
      const side = sideOf[role as keyof Ruleset['roles']];
      if (side) for (const word of words) this.#byName.set(word, side);
    }
    if (this.#own) this.#learnFrom(parties, passages);
  }

  /**
   * Who bears a passage.
   *
   * @param names the parties whom it concerns, in lower case
   * @param burdened whether it burdens those, or those who deal with them
   * @returns `unknown` also for a neutral reviewer
   */
  bearerOf(names: Iterable<string>, burdened: 'named' | 'others'): Bearer {
    const sides = new Set<Side | undefined>();
    for (const name of names) sides.add(this.#byName.get(name));
    if (this.#own === undefined || sides.size === 0) return 'unknown';
    const bearing = burdened === 'named' ? this.#own : opposite(this.#own);
    if (sides.has(bearing)) return 'own';
    return sides.has(undefined) ? 'unknown' : 'other';
  }

  #learnFrom(parties: readonly Party[], passages: readonly { text: string }[]): void {
    const sides = parties.map((party) =>
      namesOf(party)
        .map((name) => this.#byName.get(name))
        .find((side) => side !== undefined),
    );
    if (parties.length === 2) {
      const [first, second] = sides[0] === sides[1] ? sidesByPayment(parties, passages) : sides;
      sides[0] = first ?? (second && opposite(second));
      sides[1] = second ?? (first && opposite(first));
    }
    for (const [index, party] of parties.entries()) {
      for (const name of namesOf(party)) {
        const side = sides[index];
        if (side) this.#byName.set(name, side);
        else this.#byName.delete(name);
      }
    }
  }
}

function opposite(side: Side): Side {
  return side === 'giving' ? 'taking' : 'giving';
}

/** Of two parties, the one that is told more often to pay takes. */
function sidesByPayment(parties: readonly Party[], passages: readonly { text: string }[]): (Side | undefined)[] {
  const [first = 0, second = 0] = parties.map((party) => {
    const names = namesOf(party).map(RegExp.escape).join('|');
    const pays = new RegExp(
      `\\b(?:${names})\\s(?:(?:shall|will|must|agrees? to|also)\\s){1,2}(?:pay|reimburse|compensate)\\b`,
      'i',
    );
    return names === '' ? 0 : passages.filter(({ text }) => pays.test(text)).length;
  });
  if (first === second) return [undefined, undefined];
  return first > second ? ['taking', 'giving'] : ['giving', 'taking'];
}

function namesOf({ name, aliases }: Party): string[] {
  return [name, ...aliases].filter((each) => each !== '').map((each) => each.toLowerCase());
}
