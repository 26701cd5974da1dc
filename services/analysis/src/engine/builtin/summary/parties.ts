import { documentRange, type Segment } from '../text/segmentation.ts';
import { definedNames, type Piece } from './defined-names.ts';
import { type JoinedText, joinSegments } from './opening.ts';

interface Range {
  start: number;
  end: number;
}

/** A party: its name as written, the short names the contract gives it, and where they stand first. */
export interface Party {
  /** Empty when the contract leaves it blank (a template). */
  name: string;
  aliases: string[];
  ranges: Range[];
}

const mostParties = 12;
const anchor = /\b(?:by and (?:between|among(?:st)?)|between|among(?:st)?|made by|entered into by|from)\b[\s:]*/gi;
const recitals =
  /\b(?:whereas|recitals|witnesseth|w i t n e s s e t h|background|preamble|(?:hereby )?(?:covenant and )?agree(?:s|d)? as follows|now,? therefore)\b/i;
const nameEnd =
  /,? \((?![A-Z][\w .]{1,14}\) (?:Limited|Ltd|Inc|Co|LLC|GmbH|Pty|Pte|B\.V|S\.A))|[;\n]|(?<=\b(?:Inc|LLC|Ltd|Corp|Limited|AG)\.?),? (?=\d)| (?:This|THIS) |,? (?:an?|the) (?:[\w&.'-]+ ){0,7}?(?:corporation|company|partnership|trust|association|individual|bank|entity|organi[sz]ation|llc|institution|university|foundation|firm|society|municipality|body|cooperative|resident|citizen|person|limited liability)\b|,? (?:having|with (?:its|an?|offices?|principal)|whose|located|organi[sz]ed|incorporated|duly|existing|registered|residing|acting|on behalf|for itself|together with|formerly|f\/k\/a|d\/b\/a|doing business|hereinafter|herein|referred|represented|its (?:successors|affiliates|subsidiaries)|under|as of|dated|at \d|of \d|c\/o|on the one|on the other|in its|in connection|for the|to provide|sets? forth|effective|who|which)\b|, (?:of|at|as|by|and|a|an|the|for) /i;
const leading =
  /^(?:[\s,;:.)&-]|(?:and|between|among|by|from|to|the following(?: parties)?|each of|on the one hand|on the other hand|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])(?=[\s,:(]))+/i;
const suffix =
  /\b(?:inc|incorporated|corp|corporation|company|co|ltd|limited|llc|l\.l\.c|lp|l\.p|llp|plc|gmbh|ag|s\.a|sa|n\.v|nv|b\.v|bv|s\.p\.a|s\.r\.l|pty|pte|bank|trust|university|fund|partners|holdings|group|association|foundation|institute|authority|district|city|state|n\.a)\b\.?,?$/i;
const blank = /^(?:[[{_<\u2022*.\s]|insert\b)/i;

/**
 * Finds the parties in a contract's opening: in the sentence that names them (`between A, a Delaware corporation ("Alpha"), and
 * B`), else by their labels on a cover page (`Customer: ...`), else by who signs.
 */
export function findParties(opening: readonly Segment[], segments: readonly Segment[]): Party[] {
  // A blank that is not even a role says nothing about who the parties are.
  return readParties(opening, segments).filter(({ name, aliases }) => name !== '' || aliases.length > 0);
}

function readParties(opening: readonly Segment[], segments: readonly Segment[]): Party[] {
  let best: Party[] = [];
  for (const [start, { text }] of opening.entries()) {
    if (start > 0 && operative.test(text)) break;
    if (!namesParties(text)) continue;
    const found = parsePreamble(joinSegments(preambleFrom(opening, start)));
    const defined = found.filter(({ aliases }) => aliases.length > 0).length;
    if (defined > 1) return found;
    if (found.length > best.length) best = found;
  }
  if (best.length > 0) return best;
  const labelled = labelledParties(opening);
  return labelled.length > 0 ? labelled : signatories(segments);
}

/** Where the contract proper begins; who is named after that is not being introduced. */
const operative = /^(?:now,? therefore|whereas)\b|\bagree(?:s|d)? as follows/i;
const mostPreambleSegments = 16;

function preambleFrom(opening: readonly Segment[], start: number): Segment[] {
  const candidates = opening.slice(start, start + mostPreambleSegments);
  const end = candidates.findIndex(({ text }, index) => index > 0 && recitals.test(text.slice(0, 60)));
  return end < 0 ? candidates : candidates.slice(0, end);
}

function namesParties(text: string): boolean {
  anchor.lastIndex = 0;
  return (
    anchor.test(text) &&
    (/\("|\( ?the "|"\)|hereinafter|agreement|contract|amendment|parties/i.test(text) ||
      /^(?:by and )?(?:between|among)\b/i.test(text))
  );
}

function parsePreamble(joined: JoinedText): Party[] {
  const { text } = joined;
  let only: Party | undefined;
  let fromTitle: Party[] | undefined;
  anchor.lastIndex = 0;
  for (let match = anchor.exec(text); match; match = anchor.exec(text)) {
    const from = match.index + match[0].length;
    const stop = recitals.exec(text.slice(from));
    const to = Math.min(text.length, from + (stop?.index ?? 2500), from + 2500);
    const defined = byDefinitions(joined, from, to);
    if (defined.length > 1) {
      if (!beginsAnew(text, from)) return defined;
      fromTitle ??= defined;
      continue;
    }
    const listed = byConjunction(joined, from, to);
    if (listed.length > 1) return listed;
    only ??= defined[0];
  }
  return fromTitle ?? (only && isPlausible(only) ? [only] : []);
}

/** A title that names the parties (`between A and B`) runs on into the sentence that defines them. */
function beginsAnew(text: string, from: number): boolean {
  const [first] = definedNames(text, from);
  return first !== undefined && /\b(?:between|among(?:st)?)\b/i.test(text.slice(from, first.start));
}

/** Reads `Name, description ("Alias")` up to each definition of a short name. */
function byDefinitions(joined: JoinedText, from: number, to: number): Party[] {
  const { text } = joined;
  const parties: Party[] = [];
  let chunkStart = from;
  for (const { start, end, aliases } of definedNames(text, from)) {
    if (start >= to || parties.length >= mostParties) break;
    // The parties stand in one sentence; what is defined in a later one is something else.
    if (parties.length > 1 && endsBetween(text, chunkStart, start)) break;
    const name = firstName(text, chunkStart, start);
    if (name) {
      parties.push({
        name: name.text,
        aliases: aliases.map(({ text: alias }) => alias),
        ranges: [...(name.text === '' ? [] : [name]), ...aliases].map((piece) =>
          joined.range(piece.at, piece.at + piece.text.length),
        ),
      });
    }
    chunkStart = end;
  }
  return parties;
}

function endsBetween(text: string, from: number, to: number): boolean {
  return /[.]\s?\n(?!\(?(?:\d|[a-z])[.)]|and\b)/i.test(text.slice(from, to));
}

const candidateStart =
  /(?:\b(?:and|between|with|or)\b|;|\n)[\s,:]{0,3}(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s)?(?=["[{(A-Z\d]|[a-z]{1,20}(?:[A-Z]|\.\w))/g;

/** The first name in a chunk: at its start, or after a description of the party before (`, a Delaware corporation, and`). */
function firstName(text: string, from: number, to: number): Piece | undefined {
  const atStart = nameIn(text, from, to);
  if (atStart) return atStart;
  candidateStart.lastIndex = from;
  for (let match = candidateStart.exec(text); match && match.index < to; match = candidateStart.exec(text)) {
    const name = nameIn(text, match.index + match[0].length, to);
    if (name) return name;
  }
  return undefined;
}

/** A lone definition names a party only when its name or its alias is that of one. */
function isPlausible({ name, aliases }: Party): boolean {
  const hasRole = aliases.some((alias) => roleLabel.test(alias));
  return hasRole || (name !== '' && (suffix.test(name) || personName.test(name)));
}

function nameIn(text: string, from: number, to: number): Piece | undefined {
  let at = from;
  const skipped = leading.exec(text.slice(from, to));
  if (skipped) at += skipped[0].length;
  if (article.test(text.slice(at, to)) && !notAName.test(text.slice(at, to))) at += 'the '.length;
  const rest = text.slice(at, to);
  if (blank.test(rest)) return { text: '', at };
  const end = nameEnd.exec(rest)?.index ?? rest.length;
  const name = rest
    .slice(0, end)
    .replace(/[\s,]{1,4}$/, '')
    .replace(sentenceStop, '');
  return isName(name) ? { text: name, at } : undefined;
}

/** Before a name that has none of its own: `the Town of Vale`, but `The Vale Company`. */
const article = /^the [A-Z]/;
/** A full stop that is no part of an abbreviation. */
const sentenceStop = /(?<!\b(?:inc|corp|ltd|co|bros|jr|sr|esq|[a-z]))\.$/i;

const notAName =
  /^(?:this|united states|the (?:date|effective|part(?:y|ies)|undersigned|lesser|following)|each|if|it|on|in|as|section|article|agreement|execution|private|upon|pursuant|except|such|all|any|under|for|during|address|party [ab]|general|page|table|signature|print name|name|title|notice|licensed|rights|introduction|purpose|recitals?|definitions?|parties|scope)\b|^\d{1,2}\.|\b(?:is|are|was|will|shall|has|because|agreement|hereby|includes?|means|owns?|desires?)\b|^(?:the )?(?:corporation|company|incorporated|limited|bank|trust|partnership)$/i;

function isName(text: string): boolean {
  return (
    text.length >= 2 &&
    text.length <= 110 &&
    /^(?:[A-Z0-9]|[a-z]{1,20}(?:[A-Z]|\.[a-z]))/.test(text) &&
    /[A-Za-z]{2}/.test(text) &&
    !notAName.test(text)
  );
}

const personName =
  /^(?!.*\b(?:table|contents|page|data|protection|article|section|exhibit|schedule|agreement|agreed|terms|date|law|courts?|attachments?|signatures?|notices?|name|title|address|rights|relationship)\b)[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,4}$/i;

/** Reads `A, Inc. and B, LLC` when nobody is given an alias. */
function byConjunction(joined: JoinedText, from: number, to: number): Party[] {
  const text = joined.text.slice(from, to);
  const parties: Party[] = [];
  let at = 0;
  for (const part of text.split(/(?:,|;|\n)?\s(?:and|&)\s(?=[A-Z"(])|\n/)) {
    const position = text.indexOf(part, at);
    at = position + part.length;
    const sentenceEnd = /(?<!\b(?:inc|corp|co|ltd|no|l\.p|n\.a|s\.a|dr|mr|ms|mrs|[A-Z]))\.(?:\s|$)/i.exec(part);
    const name = nameIn(joined.text, from + position, from + position + (sentenceEnd?.index ?? part.length));
    if (name && name.text !== '' && (suffix.test(name.text) || (parties.length < 2 && personName.test(name.text)))) {
      parties.push({ name: name.text, aliases: [], ranges: [joined.range(name.at, name.at + name.text.length)] });
    }
    if (sentenceEnd || parties.length >= mostParties) break;
  }
  return parties;
}

const roleLabel =
  /^(?:party (?:name|[ab12])|licensors?|licensees?|company|customer|client|provider|supplier|vendor|employer|employee|consultant|contractor|discloser|recipient|disclosing party|receiving party|distributor|reseller|seller|buyer|purchaser|landlord|tenant|lessor|lessee|franchisor|franchisee|manufacturer|owner|agent|partner|founder|covered entity|business associate|processor|controller|service provider|investor|borrower|lender|sponsor|publisher|developer)$/i;

/** Reads a cover page: a role as label, the name beside or under it. */
function labelledParties(opening: readonly Segment[]): Party[] {
  const parties: Party[] = [];
  for (const [index, segment] of opening.entries()) {
    const label = bareLabel(segment);
    if (segment.kind !== 'heading' || !roleLabel.test(label)) continue;
    if (nameLabel.test(label) && isOfBlock(opening, index)) continue;
    const value = opensBlock(opening, index) ? nameInBlock(opening, index) : opening[index + 1];
    if (!value || value.text.length > 2 * longestValue) continue;
    for (const beside of besideEachOther(label, value.text)) {
      const name = nameIn(value.text, beside.from, beside.to);
      if (!name || beside.to - beside.from > longestValue || roleLabel.test(name.text)) continue;
      if (parties.some((party) => party.aliases.includes(beside.label))) continue;
      const to = name.text === '' ? beside.to : name.at + name.text.length;
      parties.push({
        name: name.text,
        aliases: /^party/i.test(beside.label) ? [] : [beside.label],
        ranges: [documentRange(value, name.at, to)],
      });
    }
  }
  // A signature block asks everyone for a "Company".
  const named = parties.filter(({ name, aliases }) => name !== '' || aliases[0]?.toLowerCase() !== 'company');
  return (named.length > 1 ? named : parties).slice(0, mostParties);
}

function bareLabel({ text }: Segment): string {
  return text.replace(/^[\d.()#*\s]{0,8}/, '').replace(/[\s:]{1,3}$/, '');
}

/** What a block of lines to sign asks for: under `Customer:`, `Signature:`, `Name and Title:` and `Company:`. */
const blockLabel =
  /^(?:signature|signed|by|name|print name|printed name|title|name and title|date|(?:notice )?address|e-?mail|company|company name|legal name|entity name)$/i;
const nameLabel = /^(?:company|company name|legal name|entity name)$/i;
const longestBlock = 8;

function opensBlock(opening: readonly Segment[], role: number): boolean {
  const next = opening[role + 1];
  return next?.kind === 'heading' && blockLabel.test(bareLabel(next));
}

/** The name that the block under a role gives. */
function nameInBlock(opening: readonly Segment[], role: number): Segment | undefined {
  for (let at = role + 1; at <= role + longestBlock; at++) {
    const segment = opening[at];
    if (segment?.kind !== 'heading') continue;
    const label = bareLabel(segment);
    if (nameLabel.test(label)) return opening[at + 1]?.kind === 'prose' ? opening[at + 1] : undefined;
    if (!blockLabel.test(label)) return undefined;
  }
  return undefined;
}

/** Whether a label such as `Company` asks for a name in the block of a role. */
function isOfBlock(opening: readonly Segment[], at: number): boolean {
  for (let role = at - 1; role >= 0 && role >= at - longestBlock; role--) {
    const segment = opening[role];
    if (segment?.kind !== 'heading') continue;
    const label = bareLabel(segment);
    if (blockLabel.test(label)) continue;
    return roleLabel.test(label) && opensBlock(opening, role);
  }
  return false;
}

const longestValue = 90;
const nextLabel = /\s([A-Z][A-Za-z ]{2,24}):\s/g;

/** The values of labels in one row: `Alder, Inc. CUSTOMER: Birch LLC` after `PROVIDER:`. */
function besideEachOther(label: string, text: string): { label: string; from: number; to: number }[] {
  const values = [{ label, from: 0, to: text.length }];
  for (const { index, 0: whole, 1: next = '' } of text.matchAll(nextLabel)) {
    const last = values.at(-1);
    if (!last || !roleLabel.test(next)) continue;
    last.to = index;
    values.push({ label: next, from: index + whole.length, to: text.length });
  }
  return values;
}

const signatureShare = 0.4;

/** Reads the company names above `By:` in the signature block. */
function signatories(segments: readonly Segment[]): Party[] {
  const parties: Party[] = [];
  const from = Math.floor(segments.length * (1 - signatureShare));
  for (const [index, segment] of segments.entries()) {
    if (index < from || !/^(?:by|signature|name)\s?:|^\/s\//i.test(segment.text)) continue;
    const above = segments
      .slice(Math.max(0, index - 3), index)
      .findLast(({ text }) => text.length <= 90 && suffix.test(text.replace(/[\s:]{1,3}$/, '')) && isName(text));
    if (!above) continue;
    const name = above.text.replace(/[\s:,]{1,4}$/, '');
    if (parties.some((party) => party.name === name)) continue;
    parties.push({ name, aliases: [], ranges: [documentRange(above, 0, name.length)] });
  }
  return parties.slice(0, mostParties);
}

/** How a summary names a party: `Acme, Inc. ("Supplier")`. */
export function describeParty({ name, aliases }: Party): string {
  const shown = aliases.map((alias) => `"${alias}"`).join(', ');
  if (name === '') return `${shown || 'A party'} (name left blank)`;
  return shown === '' ? name : `${name} (${shown})`;
}
