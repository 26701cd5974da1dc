import type { Party } from './summary/parties.ts';

const roles =
  'Licensor|Licensee|Sublicensee|Company|Customer|Client|Provider|Service Provider|Supplier|Vendor|Seller|Buyer|Purchaser|Employer|Employee|Executive|Consultant|Contractor|Subcontractor|Distributor|Reseller|Dealer|Agent|Principal|Manufacturer|Franchisor|Franchisee|Grantor|Grantee|Landlord|Tenant|Lessor|Lessee|Discloser|Recipient|Disclosing Party|Receiving Party|Indemnifying Party|Indemnified Party|Owner|Operator|Sponsor|Publisher|Developer|Borrower|Lender|Guarantor|Investor|Partner|Affiliate|Shipper|Carrier|Transporter|Bank|Processor|Controller|Covered Entity|Business Associate|Founder|Purchasers|You|We';
const together =
  '[Ee]ach [Pp]arty|[Ee]ither [Pp]arty|[Bb]oth [Pp]arties|[Tt]he [Pp]arties|[Nn]either [Pp]arty|[Nn]o [Pp]arty|[Tt]he [Oo]ther [Pp]arty|[Aa] [Pp]arty|[Ss]uch [Pp]arty|[Aa]ny [Pp]arty';
const eitherParty =
  /\b(?:each|either|both|neither|no|any|the) part(?:y|ies)\b|\b(?:each|either|neither|both) of (?:the parties|them|us)\b|\b(?:by|at the option of) either\b|\beither (?:the )?[\w.'& -]{2,50}? or (?:the )?[\w.'& -]{2,50}? (?:may|shall|can|will|has)\b|\bone another\b|\bon the one hand\b.{0,80}\bon the other\b|\beach other\b|\bmutual/i;

const acting =
  '(?:,[^,;.]{0,80},)?(?:\\s\\w{1,12}ly)?\\s(?:shall|will|may|must|agrees?|has|have|is|are|be|reserves?|can|hereby|grants?|assigns?|undertakes?|covenants?|commits?|waives?|owes?|gives|disclaims?|indemnif(?:y|ies))\\b';
const giving =
  '(?:,[^,;.]{0,80},)?\\s(?:(?:shall|will|agrees? to|does|hereby|also|irrevocably|unconditionally)\\s){0,4}(?:grants?|assigns?|transfers?|conveys?|licen[cs]es?)\\b';
const liabilities =
  'liabilit(?:y|ies)|obligations?|breach(?:es)?|negligen(?:ce|t)|misconduct|fraud|default|indemni\\w{2,12}|responsibilit(?:y|ies)';
const rights = 'remed(?:y|ies)|recourse';
const holding =
  '\\s(?:(?:shall|will|also|hereby|then)\\s){0,2}(?:have|has|be granted|is granted|retain|retains|be entitled to|is entitled to|(?:is|be) (?:hereby )?appointed)\\b[^.;]{0,40}?\\b(?:rights?|options?|opportunity|exclusiv\\w{2,6}|as)\\b';
const controlled = 'change (?:of|in) (?:the )?(?:control|ownership)|acquisition|merger|takeover|sale';
const described = "['\u2019]s?\\s(?:[\\w-]{2,16},?\\s){0,4}?";

/** True when a passage speaks of either, each or both parties. */
export function isMutual(passage: string): boolean {
  return eitherParty.test(passage);
}

const mostAliases = 24;

/** Who acts in a contract: the short names that it gives its parties, and the usual words for roles. */
export class Actors {
  readonly parties: readonly Party[];
  /** Source of a regular expression that matches an actor's name. */
  readonly source: string;
  readonly #acting: RegExp;
  readonly #shouting: RegExp;
  readonly #giving: RegExp;
  readonly #liable: RegExp;
  readonly #entitled: RegExp;
  readonly #holding: RegExp;
  readonly #changing: RegExp;

  constructor(parties: readonly Party[]) {
    this.parties = parties;
    const aliases = parties
      .flatMap((party) => (party.aliases.length > 0 ? party.aliases : [party.name]))
      .filter((name) => name.length > 1);
    const own = aliases.slice(0, mostAliases).map(RegExp.escape);
    this.source = `(?:${[...own, roles, together].join('|')})`;
    const named = `(?:${[...own, roles].join('|')})`;
    // Who is named together acts together: the Company or the Consultant may.
    const beside = `(?:(?<![\\w-])(${named}),?\\s(?:and|or|and/or)\\s(?:the\\s)?)?(?<![\\w-])(${named})`;
    this.#acting = new RegExp(`${beside}${acting}`, 'g');
    this.#shouting = new RegExp(`${beside}'?S?${acting}|\\b(?:SHALL|WILL)\\s(${named})\\sBE\\b`, 'gi');
    this.#giving = new RegExp(`${beside}${giving}`, 'gi');
    const one = `(?<![\\w-])(${named})`;
    this.#liable = new RegExp(
      `${one}${described}(?:${liabilities})\\b|\\b(?:${liabilities})\\s(?:of|by)\\s(?:the\\s)?(${named})(?![\\w-])` +
        `|\\b(?:shall|will|is|are)\\s(?:the\\s)?(${named})\\s(?:be\\s)?liable\\b|${one}\\s(?:shall|will|is|may)\\s(?:not\\s|in no event\\s)?(?:be\\s|have\\sno\\s)?(?:liable|liability)\\b` +
        `|\\b(?:claims?|actions?|suits?|proceedings?)\\sagainst\\s(?:the\\s)?(${named})(?![\\w-])`,
      'gi',
    );
    this.#holding = new RegExp(`${one}${holding}`, 'gi');
    this.#changing = new RegExp(
      `${one}\\s(?:shall\\s|should\\s)?(?:undergoes?|experiences?|suffers?|is\\sacquired|merges?|consolidates?|is\\ssubject\\sto|sells?)\\b` +
        `|${one}'s?\\s(?:${controlled})\\b|\\b(?:${controlled})\\s(?:of|by)\\s(?:the\\s)?(${named})(?![\\w-])`,
      'gi',
    );
    this.#entitled = new RegExp(
      `${one}${described}(?:${rights})\\b|\\b(?:${rights})\\s(?:of|for)\\s(?:the\\s)?(${named})(?![\\w-])`,
      'gi',
    );
  }

  /** The parties to whom a passage gives a right or an option. */
  holding(passage: string): Set<string> {
    return namesIn(passage, this.#holding);
  }

  /** The parties whose change of control, merger or sale a passage is about. */
  changing(passage: string): Set<string> {
    return namesIn(passage, this.#changing);
  }

  /** The parties that a passage is about, in lower case: the subjects of `shall`, `may` and the like, or else whose liability it names. */
  subjects(passage: string): Set<string> {
    const shouted = passage === passage.toUpperCase();
    const found = namesIn(passage, shouted ? this.#shouting : this.#acting);
    return found.size > 0 ? found : this.liable(passage);
  }

  /** The parties whose liability, duty, breach or fault a passage names, or against whom it speaks of claims. */
  liable(passage: string): Set<string> {
    return namesIn(passage, this.#liable);
  }

  /** The parties whose remedy a passage names. */
  entitled(passage: string): Set<string> {
    return namesIn(passage, this.#entitled);
  }

  /** The parties that grant, assign or transfer in a passage. */
  giving(passage: string): Set<string> {
    return namesIn(passage, this.#giving);
  }

  /** True when passages let one party alone act: they name a single subject. */
  isOneSided(passages: readonly string[]): boolean {
    const subjects = new Set(passages.flatMap((passage) => [...this.subjects(passage)]));
    return subjects.size === 1;
  }
}

function namesIn(passage: string, pattern: RegExp): Set<string> {
  const found = new Set<string>();
  for (const [, ...names] of passage.matchAll(pattern))
    for (const name of names) if (name) found.add(name.toLowerCase());
  return found;
}
