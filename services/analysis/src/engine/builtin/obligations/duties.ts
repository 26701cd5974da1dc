import type { Actors } from '../actors.ts';

/** That a party must do something, or must not, in one clause of a sentence. */
export interface Duty {
  party: string;
  /** `shall`, `agrees not to`. */
  modal: string;
  /** What stands before the party in its sentence. */
  before: string;
  /** What is to be done, to the end of the clause. */
  deed: string;
}

const modals =
  'shall not|shall|must not|must|will not|will|agrees? not to|agrees? (?:that it (?:shall|will))|agrees? to|undertakes? to|covenants? to|(?:is|are) required to|(?:is|are) obligated to|(?:is|are) responsible for|may not';
/** What follows `shall` and obliges nobody to do anything. */
const noDuty =
  /^(?:be (?:deemed|construed|governed|binding|entitled|interpreted|considered|effective|liable|eligible|employed|treated|the (?:sole|exclusive)|void|null|subject to|made in|in writing|determined|as (?:set|follows)|defined)|mean\b|means\b|have (?:(?:the|a|an|its) (?:right|option|meaning|same meaning|power)|no (?:obligation|liability|right|further)|any (?:obligation|liability)|[\w\s()]{1,30}(?:days|months|weeks) (?:to|from|in which|after|thereafter))|not be (?:deemed|construed|liable|required|responsible|obligated|entitled|considered)|enter into (?:this|the) |complete and sign|reference the|cease to have|survive|inure|constitute|include|remain in (?:full )?(?:force|effect)|continue in|commence|prevail|control|not (?:affect|apply|constitute|limit|relieve|have any|have the right)|apply|terminate automatically|expire|vest|become effective|own\b|retain (?:all|the|sole))/i;
/** A party need not do what it is not bound to. */
const notBound = /^be (?:required|obligated|obliged|liable|responsible|bound|deemed|considered|treated|entitled)\b/i;
/** What `shall` permits, rather than demands; with `not` it forbids. */
const permission = /^be (?:permitted|allowed|authori[sz]ed|free) /i;
/** Assent to terms is no duty: `agrees to these Terms`, `agrees to be bound`. */
const assent = /^(?:these|those|this|the|that|a|an|its|their|any|all|such|each|our|be bound)\b/i;
/** What stands before a party that is no subject: in `the costs of the Supplier shall`, the costs are. */
const notTheSubject =
  /\b(?:of|by|to|for|from|with|between|against|upon|under|than|at)\s(?:the\s|each\s|such\s|any\s|either\s)?$/i;
/** Where another clause with a subject of its own begins; elsewhere, what another party does is part of the deed. */
const clauseBorder = /(?:;\s|(?:[,;]\s|\b)(?:and|but|while|whereas)\s)(?:the\s|each\s)?$/i;
/** Whoever sees to it that others do something has one duty. */
const seesTo = /^(?:ensure|procure|cause|see to it|acknowledge|confirm|agree)\b/i;
/** Where the same party is told to do something else. */
const anotherDeed =
  /[,;]?\s(?:and|but)\s(?:(?:it|they)\s)?(?=(?:shall|must|will|agrees?|undertakes?|is responsible)\s)/g;
const leastDeed = 8;

/** Reads the duties out of sentences, in which parties are subjects of `shall`, `must`, `agrees to` and the like. */
export class DutyReader {
  readonly #named: RegExp;
  readonly #unnamed = new RegExp(`^(${modals})\\s`);

  constructor(actors: Actors) {
    this.#named = new RegExp(
      `(?<![\\w-])(${actors.source})((?:,[^,;.]{0,80},)?(?:\\s(?:hereby|also|further|each|both|\\w{2,12}ly))?)\\s(${modals})\\s`,
      'g',
    );
  }

  /** The duties of a sentence, in its order. */
  read(sentence: string): Duty[] {
    const clauses = this.#clausesOf(sentence);
    return clauses.flatMap(({ party, modal, before, deed }) => {
      const [own = '', ...further] = deed.split(anotherDeed);
      // `shall not, and shall not permit others to, copy`: the deed comes last and is one.
      if (own.length < leastDeed) return [{ party, modal, before, deed }].filter(isDuty);
      return [{ party, modal, before, deed: own }, ...further.flatMap((part) => this.#furtherDuty(party, part))].filter(
        isDuty,
      );
    });
  }

  #furtherDuty(party: string, text: string): Duty[] {
    const [whole, modal] = this.#unnamed.exec(text) ?? [];
    return whole && modal ? [{ party, modal, before: '', deed: text.slice(whole.length) }] : [];
  }

  /** The clauses of a sentence that each have a party as subject. */
  #clausesOf(sentence: string): Duty[] {
    const clauses: (Duty & { from: number })[] = [];
    for (const { index, 0: whole, 1: party = '', 3: modal = '' } of sentence.matchAll(this.#named)) {
      const before = sentence.slice(0, index);
      if (notTheSubject.test(before)) continue;
      const deed = sentence.slice(index + whole.length);
      const previous = clauses.at(-1);
      if (previous && isDuty(previous)) {
        if (!clauseBorder.test(before) || seesTo.test(previous.deed)) continue;
        previous.deed = sentence.slice(previous.from, index).replace(clauseBorder, '');
      }
      clauses.push({
        party,
        modal,
        before: previous ? before.slice(previous.from) : before,
        deed,
        from: index + whole.length,
      });
    }
    return clauses;
  }
}

function isDuty({ modal, deed }: Duty): boolean {
  if (deed.length < leastDeed || noDuty.test(deed)) return false;
  if (/\bnot\b/.test(modal)) return !notBound.test(deed);
  return !permission.test(deed) && !(/agrees? to$/.test(modal) && assent.test(deed));
}
