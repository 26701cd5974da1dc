/** Which of the literals of a {@link LiteralScanner} a text contains, as a set of bits. */
export type FoundLiterals = Uint32Array;

const bitsPerWord = 32;
const codes = 128;

/** True when a text contains the literal. */
export function contains(found: FoundLiterals, literal: number): boolean {
  return (((found[literal >>> 5] as number) >>> (literal & 31)) & 1) === 1;
}

/** Numbers the literals that matter to anyone, each once. */
export class LiteralNumbers {
  readonly #numbers = new Map<string, number>();

  numberOf(literal: string): number {
    const number = this.#numbers.get(literal) ?? this.#numbers.size;
    this.#numbers.set(literal, number);
    return number;
  }

  /** The literals in the order of their numbers. */
  get literals(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}

/**
 * Finds all of a set of literals in one pass over a text (Aho and Corasick, 1975).
 *
 * Literals and text are ASCII; any other character of a text separates.
 */
export class LiteralScanner {
  readonly #words: number;
  /** The state after each state and character. */
  readonly #next: Int32Array;
  /** The literals that end in each state. */
  readonly #ending: number[][] = [[]];

  /** @throws {RangeError} when a literal is not ASCII. */
  constructor(literals: readonly string[]) {
    this.#words = Math.ceil(literals.length / bitsPerWord);
    const states = 1 + literals.reduce((sum, { length }) => sum + length, 0);
    const children = new Int32Array(states * codes);
    for (const [number, literal] of literals.entries()) this.#insert(children, literal, number);
    this.#next = children.slice(0, this.#ending.length * codes);
    this.#link();
  }

  /** @param text in lower case, as the literals are. */
  scan(text: string): FoundLiterals {
    const found = new Uint32Array(this.#words);
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      state = code < codes ? (this.#next[state * codes + code] as number) : 0;
      const ending = this.#ending[state] as number[];
      for (let j = 0; j < ending.length; j++) {
        const literal = ending[j] as number;
        found[literal >>> 5] = (found[literal >>> 5] as number) | (1 << (literal & 31));
      }
    }
    return found;
  }

  #insert(children: Int32Array, literal: string, number: number): void {
    let state = 0;
    for (let i = 0; i < literal.length; i++) {
      const code = literal.charCodeAt(i);
      if (code >= codes) throw new RangeError(`not ASCII: ${literal}`);
      const at = state * codes + code;
      if (children[at] === 0) children[at] = this.#ending.push([]) - 1;
      state = children[at] as number;
    }
    this.#ending[state]?.push(number);
  }

  /** Makes each state go on as its longest suffix does where it has no child of its own, breadth first. */
  #link(): void {
    const next = this.#next;
    const suffixes = new Int32Array(this.#ending.length);
    const queue = [0];
    for (const state of queue) {
      const suffix = suffixes[state] as number;
      for (let code = 0; code < codes; code++) {
        const at = state * codes + code;
        const child = next[at] as number;
        const otherwise = state === 0 ? 0 : (next[suffix * codes + code] as number);
        if (child === 0) {
          next[at] = otherwise;
          continue;
        }
        suffixes[child] = otherwise;
        this.#ending[child]?.push(...(this.#ending[otherwise] ?? []));
        queue.push(child);
      }
    }
  }
}
