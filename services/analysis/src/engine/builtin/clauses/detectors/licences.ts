import type { Detector } from '../detector.ts';

const licence = 'licen[cs]es?|sublicen[cs]es?';
const affiliates =
  'affiliates|subsidiaries|affiliated (companies|entities)|(parent|sister) compan(y|ies)|members of (the|its) \\w{1,20} group';

/** Licences, and who owns what is made. */
export const licenceDetectors: readonly Detector[] = [
  {
    topic: 'License Grant',
    searched: ['a grant of a licence or right to use', 'hereby grants, is granted, is licensed'],
    conclusive: [
      `(grant|grants|granting|granted)( and agrees to grant| to| unto| by|,)? ~~ (${licence})(?! fees?)`,
      '(grant|grants|granted) ~~ (right|rights|permission|authorization) (and \\w{1,12} )?(to|of) (use|utili[sz]e|reproduce|distribute|access|display|market|sell|copy|make|manufacture|broadcast|exhibit|publish|sublicense|develop|operate|promote|perform|exploit|practice|commerciali[sz]e|transmit|resell|incorporate|exercise|advertise)',
      '(may|right to) (\\(?\\w\\)? )?(access and use|use) the (\\w{1,16} ){0,2}(software|services?|product|platform|application|api)',
      `(hereby|shall|will|does) (licen[cs]es?|sublicen[cs]es?|grant (\\w{1,14},? ){0,5}(${licence}))`,
      `(receive|receives|have|has|obtain) ~ (non-?exclusive|exclusive|perpetual|worldwide|royalty-free) ~ (${licence}|right to use)`,
    ],
    headings: ['.{0,30}(licen[cs]es?|grants?|grant of rights?|right to use|trademark.{0,10}|use of marks).{0,30}'],
    against: [
      [
        '(no|not|nothing|neither|without|none) ~ (grant*|licen[cs]e*|right)',
        'if (the|any|such|a)|in the event',
        'terminat*|expir*',
        '" ?means|shall mean|has the meaning',
        'warrant*|represent*',
        'indemnif*|infring*|bankrupt*',
        'options?|warrants? to (purchase|acquire)|registration rights|security interest|equity|shares|stock',
      ],
      [
        '(no|nothing|neither) ~ (right|rights|licen[cs]e|interest) ~ (grant*|convey*|impl*)',
        'not grant',
        'other than ~ licen[cs]es? ~ granted herein',
        'shall not',
        'security interest|(stock|share) options?|registration rights',
        'bankrupt*|section 365',
        'licen[cs]es? granted (to|under|by|in|herein|hereunder|pursuant|hereby)',
      ],
    ],
  },
  {
    topic: 'Non-Transferable License',
    searched: ['a licence that may not be transferred or sublicensed'],
    conclusive: [
      `(non-? ?transferr?able|non-? ?assignable|not transferr?able|untransferr?able|non-? ?sub-?licens?able|nontransferr?able) ~~ (${licence}|rights?|permission|authorization)`,
      `(${licence}|right to|rights to) ~~ (non-? ?transferr?able|non-? ?assignable|not (be )?(transferr?able|assignable|sublicensable)|without (the |any )?right to (sub-?licen[cs]e|grant sub-?licen[cs]es))`,
      `(shall|may|will|must|agrees?) not ~ (transfer|assign|sub-?licen[cs]e|sell|lease|rent) ~ (${licence}|(licensed|the) (software|materials|technology|marks?|programs?|property|rights))`,
      'without the right to (grant )?sub-?licen[cs]\\w{1,4}',
      'no right to (grant )?sub-?licen[cs]\\w{1,4}',
    ],
    against: [
      ['confidential*|disclos*'],
      [
        'warrant*|represent*|infring*',
        'this agreement (may|shall|is)|assign this agreement',
        '(shares|stock|securities|units|interests)',
      ],
    ],
  },
  {
    topic: 'Affiliate License-Licensor',
    searched: [
      'a licence that covers what affiliates of the licensor own',
      'a licence granted on behalf of affiliates',
    ],
    conclusive: [
      `(on behalf of|for) (itself|himself|themselves) and (its|their|the) (other )?(${affiliates}) ~~ (grant*|licen[cs]\\w{1,4})`,
      `(cause|causes|ensure*) (each of )?(its|their|the) (other )?(${affiliates}|members) ~ (to|will|shall) (hereby )?(grant|licen[cs]e)`,
      `and (its|their) (${affiliates}) (hereby )?(grants?|licen[cs]es?)`,
      `(grants?|granted) ~~ (${licence}|right) ~~ (owned|controlled|held|licensable) by \\w{1,20}( \\w{1,20})? (and|or|and/or) (any of )?(its|their) (${affiliates})`,
    ],
    vetoes: ['(no|nothing|not) ~ grant*'],
  },
  {
    topic: 'Affiliate License-Licensee',
    searched: ['a licence that reaches affiliates of the licensee', 'a right to sublicense to affiliates'],
    conclusive: [
      `(grants?|granted|granting|licen[cs]es) ~ (to|unto) ~ (and|or|and/or|,) (each of |any of |all of )?(its|their|the) (respective )?(other )?(${affiliates}) ~~ (${licence}|right)`,
      `(right|rights|licen[cs]e|may|entitled|permitted) ~ (to )?(grant )?(sub-? ?licen[cs]\\w{0,8}) ~ (to|among|for) ~ (${affiliates})`,
      `sub-? ?licens?able ~ (to )?(${affiliates})`,
      `(permit|allow|authori[sz]e) (any of )?(its|their) (${affiliates}) ~ to (access|use|exercise)`,
      `(${licence}|right) ~ (extend*|exercis*) ~ (by|to) ~ (${affiliates})`,
      `(use|used|exercised?) (by|within) \\w{1,20} (and|or|and/or) (its|their) (${affiliates})`,
    ],
    supporting: [[`grants? ~~ (${licence})`, `(${licence}) ~ granted`], [`(its|their|such) (${affiliates})`]],
    against: [
      ['(no|not|nothing|shall not|may not) ~ (grant*|sub-? ?licen[cs]\\w{1,8})', 'on behalf of itself'],
      ['owned by|controlled by|liab(le|ility)|indemnif*|warrant*'],
    ],
  },
  {
    topic: 'Unlimited/All-You-Can-Eat-License',
    searched: ['unlimited use, users or copies', 'an enterprise-wide licence'],
    conclusive: [
      `unlimited (\\w{1,20},? ){0,3}(use|usage|users?|number of (copies|users|client|licen*|times|instan*)|licen[cs]es?|rights?|access|copies|downloads?|re-?use)`,
      `(${licence}) ~ (unlimited|enterprise[- ]wide|site[- ]wide)`,
      `(enterprise|site)[- ]wide ~ (${licence})`,
      '(use|copy|reproduce|distribute|users?) ~ without (any )?(limit|limitation|restriction) (as to|on|of) (the )?(number|quantity|use)',
      'all[- ]you[- ]can[- ]eat',
    ],
    against: [
      [
        '(not|no) ~ unlimited',
        'liab(le|ility)|indemnif*|damages|partner*|warrant*',
        'unlimited (rights?|access) ~ (audit|inspect|information|records)',
        'government|far |dfars',
      ],
    ],
  },
  {
    topic: 'Irrevocable Or Perpetual License',
    searched: ['an irrevocable or perpetual licence'],
    conclusive: [
      `(irrevocabl[ey]|perpetual|perpetually|in perpetuity) ~~ (${licence}|right to (use|practice|make|sell|reproduce|distribute|exploit))`,
      `(${licence}|rights? to use) ~~ (irrevocabl[ey]|perpetual|perpetually|in perpetuity)`,
    ],
    against: [
      [
        '(non-?|not )(irrevocable|perpetual)',
        'irrevocabl[ey] ~ (submit*|consent*|waive*|appoint*|instruct*|proxy|attorney|letter|offer|undertak*)',
        'confidential*',
        'liab(le|ility)|indemnif*',
      ],
      ['attorney[- ]in[- ]fact|power of attorney', 'terminat* ~ (irrevocabl*|perpetual)', '" ?means'],
    ],
    vetoes: ['jurisdiction', 'letter of credit'],
  },
  {
    topic: 'Source Code Escrow',
    searched: ['source code kept in escrow', 'release of source code on insolvency or failure to support'],
    conclusive: [
      'source codes? ~~ escrow*',
      'escrow* ~~ source codes?',
      'escrow (agent|agreement|account|deposit|materials) ~~ (software|source|codes?|technology|deposit materials|release condition*)',
      'deposit materials',
      'source code ~~ (release|deposit) (conditions?|events?|to)',
    ],
    headings: ['.{0,20}escrow.{0,20}'],
    against: [['escrow ~ (funds?|cash|shares|money|purchase price|subscription|interest-bearing|deposit of funds)']],
  },
  {
    topic: 'Ip Ownership Assignment',
    searched: [
      'assignment of inventions, work product or other intellectual property',
      'work made for hire',
      'results that become the property of the other party',
    ],
    conclusive: [
      '(hereby |irrevocably |agrees? to |shall |will |does )(\\w{1,14} ){0,2}(assigns?|transfers?|conveys?) ~~ (right, title|rights?,? titles?|intellectual property|inventions?|patents?|copyrights?|trademarks?|work product|ownership|improvements?|developments?|deliverables?|know-how|goodwill|domain names?)',
      'works?[- ](made[- ])?(for|made for)[- ]hire',
      '(assign|assigns|assigned|assignment) (and \\w{1,12} )?(to|of) ~ (all )?(of )?(its |their |his |her |such )?(right|rights|ownership|interest)s?,? ~ (in|to|under) ~ (inventions?|intellectual property|work|works|patents?|copyrights?|improvements?|developments?|materials|marks?|trademarks?|deliverables?|results|modifications?)',
      '(work product|inventions?|improvements?|developments?|deliverables?|materials|results|modifications?|enhancements?|derivative works?|data|works?|intellectual property|goodwill|content) ~~ (shall|will) (be|become|remain|vest) (in )?(and remain )?(the )?(sole |exclusive |sole and exclusive )?(and \\w{1,12} )?(property of|owned (solely |exclusively )?by|vested in|belong to)',
      '(shall|will) (own|retain|have|hold) (all |sole |exclusive )?~ (work product|inventions?|improvements?|developments?|deliverables?|results|derivative works|modifications) ~ (created|developed|made|conceived|prepared|arising|result*|whether)',
      'belong (solely |exclusively )?to ~ (whether|regardless|developed|created)',
    ],
    headings: [
      '(ownership|inventions?|intellectual property|work product|proprietary rights|assignment of (inventions|rights|intellectual)|work made for hire|rights in (work|data)).{0,40}',
      '.{0,30}(ownership|work product).{0,20}',
    ],
    against: [
      [
        'assign (this|the) agreement|assignment of this agreement|(assign|delegate) ~ obligations ~ (under|hereunder)|successors and assigns|permitted assigns',
        'confidential information',
        'no (right|title|transfer|ownership)|not ~ (acquire*|transfer*|assign*|grant*)',
        'retains?|pre-?existing|prior to|acknowledges?|remain',
        'jointly|joint (invention|patent|technology|intellectual|ownership)',
        'warrant*|represent*',
        'liab(le|ility)|damages|indemnif*',
        'accounts? receivable|real property|shares|stock|contracts?|lease|equipment',
      ],
      [
        'without ~ consent|may (not )?assign|successors',
        'nothing ~ (assign*|transfer*|convey*)',
        'retains?',
        'confidential*',
        'shares|stock|lease|receivables?|premises|franchise*',
      ],
    ],
  },
  {
    topic: 'Joint Ip Ownership',
    searched: ['intellectual property owned jointly by the parties'],
    conclusive: [
      '(jointly|joint|co-?)[- ]?(and \\w{1,12} )?(own|owns|owned|owners?|ownership|hold|title) ~~ (intellectual property|inventions?|patents?|copyrights?|technology|improvements?|developments?|know-how|data|works?|materials|software|results|content|marks?|product|rights|program|information)',
      '(intellectual property|inventions?|patents?|copyrights?|technology|improvements?|developments?|know-how|data|works?|materials|software|results|content|marks?|rights) ~~ (jointly (and \\w{1,12} )?owned|owned jointly|co-?owned|joint ownership|joint(ly)? own*|joint property|owned equally|belong (jointly )?to both|jointly (by|belong))',
      '(own|owns|owned) jointly',
      'equal,? undivided ~ interest|undivided ~ (half|interest|one-half)',
      'joint (inventions?|patents?|intellectual property|ip|technology|improvements?|know-how|works?|copyrights?|program) ~~ (own*|interest|right|title|equal*|each party|jointly)',
    ],
    headings: ['.{0,30}(joint(ly)?|co-?own).{0,40}'],
    against: [
      [
        'joint venture (company|shall own)|joint account|joint tenan*|jointly and severally',
        'jointly owned (subsidiar*|compan*|entit*)',
      ],
      ['premises|vessel|property tax*|real (property|estate)|equipment', 'confidential*'],
    ],
  },
];
