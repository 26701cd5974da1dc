import type { Party } from './summary/parties.ts';

const roles =
  'Licensor|Licensee|Sublicensee|Company|Customer|Client|Provider|Service Provider|Supplier|Vendor|Seller|Buyer|Purchaser|Employer|Employee|Executive|Consultant|Contractor|Subcontractor|Distributor|Reseller|Dealer|Agent|Principal|Manufacturer|Franchisor|Franchisee|Landlord|Tenant|Lessor|Lessee|Discloser|Recipient|Disclosing Party|Receiving Party|Indemnifying Party|Indemnified Party|Owner|Operator|Sponsor|Publisher|Developer|Borrower|Lender|Guarantor|Investor|Partner|Affiliate|Shipper|Carrier|Transporter|Bank|Processor|Controller|Covered Entity|Business Associate|Founder|Purchasers|You';
const together =
  '[Ee]ach [Pp]arty|[Ee]ither [Pp]arty|[Bb]oth [Pp]arties|[Tt]he [Pp]arties|[Nn]either [Pp]arty|[Nn]o [Pp]arty|[Tt]he [Oo]ther [Pp]arty|[Aa] [Pp]arty|[Ss]uch [Pp]arty|[Aa]ny [Pp]arty';
const eitherParty =
  /\b(?:each|either|both|neither|no|any|the) part(?:y|ies)\b|\b(?:each|either|neither|both) of (?:the parties|them|us)\b|\b(?:by|at the option of) either\b|\beither (?:the )?[\w.'& -]{2,50}? or (?:the )?[\w.'& -]{2,50}? (?:may|shall|can|will|has)\b|\bone another\b|\beach other\b|\bmutual/i;

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

  constructor(parties: readonly Party[]) {
    this.parties = parties;
    const aliases = parties
      .flatMap((party) => (party.aliases.length > 0 ? party.aliases : [party.name]))
      .filter((name) => name.length > 1);
    const own = aliases.slice(0, mostAliases).map(RegExp.escape);
    this.source = `(?:${[...own, roles, together].join('|')})`;
    const acts =
      '(?:,[^,;.]{0,80},)?(?:\\s\\w{1,12}ly)?\\s(?:shall|will|may|must|agrees?|has|have|is|are|be|reserves?|can|hereby|grants?|assigns?|undertakes?|covenants?|waives?|owes?|indemnif(?:y|ies))\\b';
    const named = [...own, roles].join('|');
    // Who is named together acts together: the Company or the Consultant may.
    const beside = `(?:(?<![\\w-])(${named}),?\\s(?:and|or|and/or)\\s(?:the\\s)?)?(?<![\\w-])(${named})`;
    this.#acting = new RegExp(`${beside}${acts}`, 'g');
    this.#shouting = new RegExp(`${beside}'?S?${acts}|\\b(?:SHALL|WILL)\\s(${named})\\sBE\\b`, 'gi');
  }

  /** The parties that a passage lets act, in lower case: the subjects of `shall`, `may` and the like. */
  subjects(passage: string): Set<string> {
    const shouted = passage === passage.toUpperCase();
    const found = new Set<string>();
    for (const [, ...names] of passage.matchAll(shouted ? this.#shouting : this.#acting))
      for (const name of names) if (name) found.add(name.toLowerCase());
    return found;
  }

  /** True when passages let one party alone act: they name a single subject. */
  isOneSided(passages: readonly string[]): boolean {
    const subjects = new Set(passages.flatMap((passage) => [...this.subjects(passage)]));
    return subjects.size === 1;
  }
}
