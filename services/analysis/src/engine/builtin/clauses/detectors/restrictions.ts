import type { Detector } from '../detector.ts';

const notNonExclusive = '(?<!non[- ]{0,2})(?<!co-)exclusive';
const forbidden =
  '(shall|will|may|must|agrees?|agreed|covenants?|undertakes?|does|do|can|should|would)( and \\w{1,14})?,? (hereby )?(not|never|neither|refrain from)|neither|prohibit* from|restrict* from|refrain from|no \\w{1,16} (shall|will|may)|cannot';

/** What a party may not do, and what only one party may do. */
export const restrictionDetectors: readonly Detector[] = [
  {
    topic: 'Non-Compete',
    searched: [
      'a ban on competing with the other party',
      'a ban on selling or developing competing products',
      'a ban on working for a competitor',
    ],
    conclusive: [
      `(${forbidden}) ~~ (compete|competes|competing|competitive|competition|competitors?)`,
      `(${forbidden}) ~~ (directly|indirectly|affiliates?|engage|market|sell|develop|promote|distribute) ~~ (compete|competes|competing|competitive|competition|competitors?|competing products?)`,
      '(shall|will|may) (\\w{1,14} ){0,3}no (\\w{1,14} ){0,6}(competing|competitive|compete)',
      `(${forbidden}) ~~ (similar to|same as|substantially similar) ~ (products?|services?|business|covered|provided) `,
      `(${forbidden}) ~~ (engage|engages|engaging|participate|invest|own|operate|manage|carry on|conduct) (\\w{1,14},? ){0,6}any (\\w{1,14} ){0,3}business ~~ (similar|same|territory|mile|kilomet\\w{1,3}|radius|years?|months?|restricted|term)`,
      'non-? ?compet(e|ition|itive)',
      'covenants? not to compete',
    ],
    headings: [
      '(covenants? )?(not to compete|non-? ?compet.{0,40}|competition|competing (products|activities|businesses).{0,20}|restrictive covenants?.{0,20}|competitive (products|activities).{0,20})',
    ],
    against: [
      [
        'disclos*|confidential*',
        'competitive (price|pricing|bid|bidding|rate|market|basis|manner|terms)',
        '(unfair|anti-?) ?compet*',
        'competing (claim|interest|demand)',
        'assign* ~ competitor|competitor ~ assign*',
        'not ~ (prohibit*|prevent*|restrict*|preclude*|limit*|prejudice|apply)',
      ],
      ['competent', 'confusingly', '(does|do) not compete', 'change (of|in) control', 'non-?exclusive', 'audit*'],
    ],
    value: 'duration',
  },
  {
    topic: 'Exclusivity',
    searched: [
      'an exclusive appointment, licence or supply',
      'a duty to buy or sell only with the other party',
      'a ban on dealing with third parties',
    ],
    conclusive: [
      `(appoint*|grant*|engage*|retain*|designate*|license*|provide|accept*|have|has|be|is|are|as) ~ ${notNonExclusive} (\\w{1,20},? ){0,4}(right|license|licence|distribut*|agent|agency|provider|supplier|representative|dealer|reseller|manufacturer|sponsor|franchise*|licensee|territor*|appointment|basis|source|partner|underwriter|placement|bookrunner|financial|sales|marketing|promot*|option|vendor|carrier|broker|spokes*|endorse*|operator|service)s?`,
      `${notNonExclusive} (\\w{1,20} ){0,2}(right|license|licence)s? (to|under|in|for|and|within|throughout)`,
      'exclusively (from|with|to|through|provide*|engage*|deal|use|purchase|sell|market*|distribut*)',
      '(purchase|procure|obtain|order|buy|source) ~ (exclusively|solely|only|all (of )?(its|their|such|the)) ~ (from|requirements)',
      '(shall|will|may|agrees?|must)( and \\w{1,14})? not,? ~ (appoint|license|grant|sell|distribute|market|supply|authori[sz]e|engage|enter into) ~~ (any (other|third) (person|party|entity|company|parties|distributor|licensee|agent|supplier)|other (part(y|ies)|persons?)|third part(y|ies)|anyone (else|other))',
      'exclusivity',
      '(all|100%) (of )?(its|their) requirements',
      `on an? ${notNonExclusive} basis`,
      `(shall|will) be ${notNonExclusive}`,
      'sole and exclusive (right|distribut*|agent|licen*|provider|supplier)',
    ],
    supporting: [
      [
        `(appoint*|grant*|engage*|retain*|designate*|licens*) ~~ ${notNonExclusive} (\\w{1,20},? ){0,4}(right|license|licence|distribut*|agent|provider|supplier|representative|dealer|reseller|manufacturer|sponsor|franchise*|licensee|territor*)s?`,
        'exclusivity (period|obligation*|covenant*|commitment*)',
      ],
    ],
    headings: ['exclusivity.{0,30}', 'exclusive.{0,40}', '(grant of )?exclusive rights?.{0,20}'],
    against: [
      [
        'exclusive (property|remed*|jurisdiction|venue|ownership|owner|control|forum|of|benefit|means|statement|expense|authority|use and benefit)',
        '(exclusive|exclusivity) right, title',
        'no exclusiv*|not (be )?exclusive|on a non-?exclusive',
        'confidential*|disclos*',
        'without (the )?(prior )?(express )?(written )?(consent|approval|permission)',
        'reproduc*|copyright*|trademark* ~ not|revers* engineer*|decompil*',
        'prosecut*|settle*|infringement|third party.?s|liens?|security interest',
        '(assign|sub-?contract|delegate) ~ (agreement|obligations)',
        'shall mean|" means|warrant*|represent*|solicit*',
      ],
      [
        'non-?exclusivity',
        'exclusivity (of|fee)',
        '(no|not) ~ exclusiv*',
        'shall be exclusive',
        'infringe|settle*|prosecut*|indemnif*|lien',
        'jurisdiction|venue|courts?',
        'remed(y|ies)|liab(le|ility)',
        'right, title,? and interest',
        'sublicens* ~ (third part*)',
      ],
    ],
  },
  {
    topic: 'Competitive Restriction Exception',
    searched: ['an exception to a non-compete, exclusivity or non-solicitation duty'],
    conclusive: [
      '^(\\(?[a-z0-9.]{1,6}\\)? )?(notwithstanding (the foregoing|anything|section|the above|the exclusiv*|any|article|clause|the restriction*|the provisions)|nothing (in this|contained|herein|in section)|however|the foregoing|this (section|restriction|covenant|paragraph|clause) (shall|will|does) not|except (for|as|that|with)) ~~ (may|shall not|will not|not (apply|prohibit|prevent|restrict|preclude|limit)|prohibit|prevent|restrict|preclude|permitted|right to|free to)',
      '(provided|except|however|save),? ~ (may|shall not (apply|prohibit|prevent|restrict|preclude)|not (be )?(prohibit*|prevent*|restrict*|preclude*|limit*)|permitted to|right to|free to|passive|publicly traded|ownership of|holding)',
      'this (restriction|section|covenant|paragraph|prohibition) (shall|will|does) not (apply|prohibit|restrict|prevent|preclude)',
      '(sections?|clauses?|articles?|paragraphs?) \\d[\\d.,and ]{0,24} (shall|will|do|does) not (apply|prohibit|restrict|prevent|preclude)',
      '(shall|will|does|do) not (be deemed to |be construed to )?(apply to|prohibit|prevent|restrict|preclude) ~~ (compet*|sell*|market*|engag*|solicit*|exclusiv*|general (advertis*|solicit*))',
      '(less|not more|no more) than ~ (percent|%) ~ (publicly|stock|shares|securities|outstanding)',
    ],
    vetoes: [
      'liab(le|ility)',
      'confidential*',
      'indemnif*',
      'trademark*|copyright*',
      'insolven*|bankrupt*',
      'royalt(y|ies)',
    ],
    beside: { topics: ['Non-Compete', 'Exclusivity', 'No-Solicit Of Customers'], reach: 2 },
  },
  {
    topic: 'No-Solicit Of Customers',
    searched: ['a ban on soliciting or diverting customers or clients'],
    conclusive: [
      `(${forbidden}) ~~ (solicit*|divert*|entice*|induce*|persuade*|call (on|upon)|canvass*|approach*|lure*|take away|interfere*|encourage) ~ (customers?|clients?|accounts?|franchisees?|subscribers?|merchants?|patrons?|custom)`,
      '(divert*|attempt to divert) ~ (business|customers?)',
      'non-? ?solicitation of (customers|clients)',
    ],
    headings: ['non-? ?solicit.{0,40}|no solicitation.{0,30}|solicitation of (customers|clients).{0,20}'],
    against: [
      ['(solicit*|induce*) ~ (offers?|orders?|subscriptions?|sales)'],
      ['territory', 'tobacco|proxies|unsolicited', 'confidential information|account debtor'],
    ],
    value: 'duration',
  },
  {
    topic: 'No-Solicit Of Employees',
    searched: ['a ban on soliciting or hiring employees or contractors'],
    conclusive: [
      `(${forbidden}) ~~ (solicit*|hir(e|es|ing)|recruit*|entice*|induce*|employ|employing|offer employment|engage|lure*|encourage) ~ (employees?|personnel|staff|consultants?|workers?|officers?|contractors?|person who)`,
      'non-? ?solicitation of (employees|personnel|staff)',
      'no[- ]hire',
    ],
    headings: [
      'non-? ?solicit.{0,40}|no solicitation.{0,30}|solicitation of (employees|personnel).{0,20}|no hire.{0,20}|non-? ?hire.{0,20}',
    ],
    against: [
      [
        'liab(le|ility)|indemnif*|warrant*',
        'disclos*|confidential*',
        'employees? benefit*|independent contractor',
        'prevent* ~ from (hir*|employ*)',
      ],
      [
        'employ(ing|s)? (the|any|all) ~ (efforts|means|methods)|reasonable efforts',
        'partner, joint|joint venture|agency relationship|discriminat*',
        'subcontract*',
        'trademark*|copyright*|infring*',
      ],
    ],
    vetoes: ['sublicens*', 'product* ~ marketing'],
    value: 'duration',
  },
  {
    topic: 'Non-Disparagement',
    searched: ['a ban on disparaging the other party'],
    conclusive: [
      'disparag*',
      '(derogatory|defamatory|negative|unfavou?rable|detrimental|denigrat*) ~ (statements?|remarks?|comments?|publicity) ~ (about|concerning|regarding|relating|of|against|to)',
      '(reflects?|reflecting) (adversely|unfavou?rably|negatively|poorly|badly) (on|upon)',
    ],
    supporting: [
      [
        '(bring|brings|brought) ~ (disrepute|contempt|scandal|ridicule)',
        '(injur*|damag*|tarnish*|harm*|diminish*|dilut*|detract*|impair*|adversely affect*) ~ (goodwill|good will|reputation|image)',
      ],
      [`(${forbidden})`],
    ],
    against: [
      ['goodwill|trademark*|marks?|logos?|content|web ?site|links?'],
      [
        'obscene|pornograph*|racist|hate',
        'right to terminate|may terminate|terminat*',
        'disparaging (treatment|use) ~ goods',
      ],
    ],
  },
  {
    topic: 'Most Favored Nation',
    searched: [
      'a promise of terms as good as those of any other customer',
      'most favoured nation or most favoured customer pricing',
      'a lowest price promise',
    ],
    conclusive: [
      'most[- ]favou?red[- ](nations?|customers?|licensees?|pricing|terms|price|party|treatment|supplier)',
      '(no|not) less favou?rable ~ (than|to) ~ (any other|other|any third|third part*|those (offered|provided|granted|charged|made)|offered|any (customer|reseller|distributor|licensee))',
      '(at least )?as favou?rable ~ (as) ~ (any other|other|any third|third part*|those (offered|provided|granted)|offered|existing|treats)',
      'more favou?rable ~ (terms|price*|pricing|rates?|conditions|than) ~~ (any other|other (customer|licensee|party|person|distributor|reseller)|third part*|another)',
      '(lowest|best) (net )?(price|prices|pricing|rates?|fees) ~ (charged|offered|sells|sold|available|provides|provided|given|extended) ~ (to|by|customers?|third)',
      '(enters? into|grants?|offers?|sells?|agreement) ~~ (more favou?rable|lower (price|rate|fee)s?|better (terms|price)) ~~ (shall|will|agrees|must) ~ (also|offer|grant|extend|notify|amend|entitled|reduce|adjust)',
      '(no|not (be )?) ?less favou?rabl[ey] ~~ (any other (customer|distributor|reseller|licensee|party)|other customers|its (\\w{1,14} ){0,3}customers|resellers|third part(y|ies))',
      'less favou?rable than those offered',
      'not be charged ~ (higher|more) ~ (other|any)',
      'most favou?rable (treatment|price|pricing|terms|rates?|discount)',
      'full benefit of ~ (more favou?rable|lower)',
      'not (\\w{1,14} ){0,3}exceed (the )?(lowest|best|most favou?rable)',
      '(lower|lesser|more favou?rable) (price|prices|rates?|fee|royalt*) ~ (to )?(any other|third part*|another|other (customer|licensee|distributor))',
    ],
    headings: ['most[- ]favou?red.{0,40}', '(mfn|best price|price protection|favou?rable (terms|pricing)).{0,20}'],
    against: [
      [
        'employees?|benefits|wages|salary',
        'successor|assignee|merger|purchaser',
        'insurance|insurer|coverage',
        'arm.?s length',
        'good faith ~ negotiat*|last offered|negotiat*|right of first',
      ],
      [
        'than those (contained|set forth|provided|offered) (in|to) (this agreement|the licensor|licensor|section)',
        'than the (terms|provisions) (of|contained in|set forth)|protective than',
      ],
    ],
  },
  {
    topic: 'Rofr/Rofo/Rofn',
    searched: ['a right of first refusal', 'a right of first offer', 'a right of first negotiation'],
    conclusive: [
      'right* of first (refusal|offer|negotiation|opportunity|review|option|discussion)s?',
      'first right* (of (refusal|offer|negotiation)|to (negotiate|purchase|acquire|license|offer|match|bid|enter))',
      'first (refusal|negotiation) (right|period)s?',
      '(rofr|rofo|rofn)',
      'first (offer|opportunity|option) (to|for) ~ (purchase|acquire|license|negotiat*|sponsor|buy|obtain|provide|participat*|enter)',
      '(exclusive )?(right|option) to (exclusively )?negotiat* ~ (licen[cs]e|agreement|extension|renewal|terms)',
      'right to match ~ (offer|terms|bid)',
    ],
    supporting: [
      [
        'option to (purchase|acquire|buy|license|obtain|repurchase)',
        'right to (purchase|acquire|buy)',
        'exclusive option',
      ],
      ['offer|notice|third party|terms|price', 'bona fide'],
    ],
    headings: [
      '.{0,30}(first (refusal|offer|negotiation|option)|rofr|rofo|rofn|option to purchase|purchase option|right to purchase).{0,30}',
    ],
    against: [
      [
        'stock options?|option plan|compensation options?|over-?allotment|employee',
        'option to (renew|extend)|purchase order*|insurance|negotiate in good faith ~ (amend*|adjust*|replace*)',
      ],
    ],
  },
];
