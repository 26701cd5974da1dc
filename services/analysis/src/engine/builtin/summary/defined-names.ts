/** What gives a party its short name: `("Supplier")`, or `hereinafter referred to as "Supplier"`. */
const definition =
  /\(([^()]{2,220}(?:\([^()]{0,60}\)[^()]{0,80})?)\)|\b(?:hereinafter|hereafter)[^"()\n]{0,60}("[^"\n]{2,60}")/gi;
const quoted = /"((?:[A-Z0-9]|[a-z]{1,2}[A-Z])[^"]{0,60}?)[.,]?"/g;
const notAnAlias =
  /^(?:this |the )?(?:agreement|contract|amendment|effective date|execution date|commencement date|closing|closing date|date|parties|party|both parties|sow|nda|lease|act|term|service|services|product|products|license|letter|order form|territory|statement|addendum|guaranty|plan|note|securities|shares|offering|mark|trademark|system|logo|card)s?$|\bmarks$|(?:date|period|term|page|services?|products?)$/i;

/** A piece of a text and where it begins. */
export interface Piece {
  text: string;
  at: number;
}

export interface DefinedNames {
  /** Of the parentheses, in which the names stand. */
  start: number;
  end: number;
  aliases: Piece[];
}

/** The places of a text, from an offset on, that give somebody short names: `("Supplier")`. */
export function* definedNames(text: string, from = 0): Generator<DefinedNames> {
  const pattern = new RegExp(definition);
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const inside = match[1] ?? match[2] ?? '';
    const aliases = aliasesIn(inside, match.index + match[0].indexOf(inside));
    if (aliases.length > 0) yield { start: match.index, end: pattern.lastIndex, aliases };
  }
}

function aliasesIn(inside: string, offset: number): Piece[] {
  const found: Piece[] = [];
  for (const match of inside.matchAll(quoted)) {
    const text = match[1]?.trim() ?? '';
    if (text !== '' && !notAnAlias.test(text)) found.push({ text, at: offset + match.index + 1 });
  }
  return found;
}
