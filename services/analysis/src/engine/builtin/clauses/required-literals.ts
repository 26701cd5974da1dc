/** Shorter ones are in nearly every text. */
const shortest = 2;

/**
 * Strings of which every text that a regular expression matches contains at least one, so that most texts need not be tried.
 *
 * @param source in the notation of phrases once their gaps and endings are resolved: literals, groups, alternatives, classes, `?` and `{m,n}`.
 * @returns undefined when there are none, or none that tell much.
 */
export function requiredLiterals(source: string): string[] | undefined {
  const literals = new LiteralParser(source).alternatives();
  return literals && lengthOf(literals) >= shortest ? literals : undefined;
}

/** The length of the shortest of several literals, which is how much the set of them tells. */
function lengthOf(literals: readonly string[]): number {
  return Math.min(...literals.map(({ length }) => length));
}

class LiteralParser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** What each of some alternatives requires, together; undefined when one of them requires nothing. */
  alternatives(): string[] | undefined {
    const all: string[] = [];
    let known = true;
    for (;;) {
      const one = this.#sequence();
      if (one) all.push(...one);
      else known = false;
      if (this.#source[this.#at] !== '|') break;
      this.#at++;
    }
    return known ? [...new Set(all)] : undefined;
  }

  /** The most telling of what a sequence requires: each run of characters, and each group. */
  #sequence(): string[] | undefined {
    let best: string[] | undefined;
    let run = '';
    const offer = (literals: string[] | undefined) => {
      if (literals && (!best || lengthOf(literals) > lengthOf(best))) best = literals;
    };
    while (this.#at < this.#source.length && !'|)'.includes(this.#source.charAt(this.#at))) {
      const { character, literals } = this.#atom();
      const isOptional = this.#quantifier();
      if (character !== undefined && !isOptional) {
        run += character;
        continue;
      }
      if (run !== '') offer([run]);
      run = '';
      if (!isOptional) offer(literals);
    }
    if (run !== '') offer([run]);
    return best;
  }

  #atom(): { character?: string; literals?: string[] | undefined } {
    const char = this.#source.charAt(this.#at++);
    switch (char) {
      case '(':
        return { literals: this.#group() };
      case '[':
        this.#skipClass();
        return {};
      case '\\':
        return this.#escape();
      case '.':
      case '^':
      case '$':
        return {};
      default:
        return { character: char };
    }
  }

  #group(): string[] | undefined {
    const kind = /^\?(?::|<?[=!]|<\w{1,12}>)/.exec(this.#source.slice(this.#at, this.#at + 15))?.[0] ?? '';
    this.#at += kind.length;
    const literals = this.alternatives();
    this.#at++;
    // What a look-around requires need not be there, or not in the match.
    return /[=!]$/.test(kind) ? undefined : literals;
  }

  #skipClass(): void {
    while (this.#source[this.#at] !== ']') this.#at += this.#source[this.#at] === '\\' ? 2 : 1;
    this.#at++;
  }

  #escape(): { character?: string } {
    const char = this.#source.charAt(this.#at++);
    if (char === 'k') this.#at = this.#source.indexOf('>', this.#at) + 1;
    return /[a-z0-9]/i.test(char) ? {} : { character: char };
  }

  /** Reads past a quantifier; true when what it follows may be missing. A repetition breaks a run as well, which loses little. */
  #quantifier(): boolean {
    const quantifier = /^(?:\?|\{\d+(?:,\d+)?\})/.exec(this.#source.slice(this.#at, this.#at + 8))?.[0] ?? '';
    this.#at += quantifier.length;
    return quantifier !== '';
  }
}
