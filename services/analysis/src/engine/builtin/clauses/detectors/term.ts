import type { Detector } from '../detector.ts';

const notTheContract = [
  '(insurance|trademark|patent|copyright|registration|domain name|permit|letter of credit|certificate|visa|lease) ~ (renew*|extension|extend*)',
  '(renew*|extension|extend*) (of|to) ~ (insurance|trademark|patent|copyright|registration|domain name|permit|letter of credit|warranty)',
];

const mayEnd =
  '(may|can|shall have the right at any time to|shall have the right to|has the right to|have the right to|right to|entitled to|option to|elect to|reserves? the right to) (\\w{1,20} ){0,3}(terminate|cancel|discontinue)|(may|can|shall|will) (also |earlier |sooner )?be (\\w{1,14} )?(terminated|cancell?ed|terminable)|terminable|cancell?able|termination (of this agreement )?by (either|any|each|the) (party|of the parties)';
const mayEndVerb = 'terminate|cancel|discontinue|cease';
const byNotice =
  "(days?|months?|weeks?|years?|\\])'?s?'? (\\w{1,14},? ){0,4}notice|notice (\\w{1,14} ){0,8}(\\(?\\w{1,8}\\)? )?(days?|months?|weeks?|years?)|(by|upon|on) (giving |providing )?(prior |advance )?(written )?(prior )?notice";
const withoutAnyCause =
  '(for )?(its |their |his |her |the )?(own |sole )?convenience|for any (or no )?(other )?reasons?|for no (or any )?reasons?|without (any )?(good )?cause|with or without (cause|reason)|for non-cause|without (giving |any |supplying )?(a )?reason|at will';
const withoutCause = `${withoutAnyCause}|at any time|(in|at) its (sole|absolute|sole and absolute|own|unfettered) (and absolute )?(discretion|option)|in the sole discretion of`;

const ofTheTerm =
  'initial term|original term|initial period|then[- ]current term|(expiration|end) of (the|its) (\\w{1,12} ){0,2}term';

/** How long the contract lasts and how it ends. */
export const termDetectors: readonly Detector[] = [
  {
    topic: 'Renewal Term',
    searched: [
      'automatic renewal or extension of the term',
      'renewal for successive or additional periods',
      'an option to renew or extend',
    ],
    conclusive: [
      'automatic*,? (and without notice )?(be )?(renew*|extend*|continue|prolong*)',
      '(renew*|extend*|extension|prolong*|continue) automatic*',
      'automatic (annual |yearly |one-year )?(renewal|extension)s?',
      '(renew*|extend*) tacitly|tacit renewal',
      '(continue*|effective|renew*|extend*) ~ (month[- ]to[- ]month|year[- ]to[- ]year)',
      '(renew*|extend*|prolong*) (this agreement |the (initial )?term |itself )?(thereafter )?(for|from) ~ (additional|successive|further|consecutive|subsequent|another|like|one|two|three|four|five|ten|twelve|\\d{1,2}) ~ (term|period|year|month|day)s?',
      '(renewed|extended|renew|extend|continue*) ~ from (year|month)[- ]to[- ](year|month)',
      '(right|option|election) to (renew|extend) (this|the) (agreement|term|franchise|contract|license|initial term)',
      'may (be )?(renew*|extend*) (this agreement|the (initial )?term|for (an |one |two |up to |a )?(additional|further|successive|subsequent|period))',
      '(agreement|term|contract) (shall|will|may|can) (then )?be (renewed|extended)',
      'renewal term*',
      `(renewed|extended|renewal|extension|renew|extend) ~~ (${ofTheTerm})`,
      `(${ofTheTerm}) ~~ (renewed|extended|renewal|extension|renew|extend)`,
    ],
    supporting: [
      [
        'automatic*,? (and without notice )?(be )?(renew*|extend*)',
        '(renew*|extend*|extension) automatic*',
        'automatic (annual |yearly |one-year )?(renewal|extension)s?',
        '(tacit|tacitly|evergreen)',
      ],
    ],
    headings: ['renewal*|renewal terms?|term and renewal|extension*|renewal options?'],
    against: [
      [
        '(shall|will|may) not (be )?(renew|extend)',
        'no (right|option) (of|to) (renew*|extend)',
        'non-? ?renewal (or|of)',
        '"renewal term" (shall|has|means)',
        'mutual (written )?(agreement|consent)',
        'any renewal terms?|during ~ renewal|or (any )?(renewal|extension)( terms?| thereof)?',
        'confidential*',
      ],
      [
        '(mutual|written|further) (written )?(agreement|consent) of',
        'by mutual|mutually agree|unless ~ agree* ~ extend|good faith|consent of',
      ],
    ],
    vetoes: [...notTheContract, 'warranty', '"renewal terms?" means ~ section'],
    value: 'duration',
  },
  {
    topic: 'Notice Period To Terminate Renewal',
    searched: ['the notice that stops an automatic renewal', 'notice of non-renewal, with its period'],
    conclusive: [
      '(renew*|extend*|extension|automatic*|continue) ~~ (unless|until|provided|except|subject to|if neither) ~~ (days?|months?|weeks?|years?)',
      '(notice|notif*|intent*|election|elect*|decision|desire*|wish*) ~ (not to (renew|extend)|non-? ?renew*|non-? ?extension|not (be )?(renew*|extend*)|not (to )?continue) ~~ (days?|months?|weeks?|years?)',
      "(days?|months?|weeks?|years?)'? ~ (notice|prior|before|notif*|advance) ~~ (not to (renew|extend)|non-? ?renew*|not be (renew*|extend*)|intent* to terminate|desire to terminate|not to continue)",
      "(days?|months?|weeks?)'? ~ (before|prior to|preceding) (the )?(end|expiration|expiry|renewal|anniversary|commencement) ~ (term|period|agreement|date|year)",
    ],
    against: [['(option|right) to (renew|extend)']],
    vetoes: ['breach|default', ...notTheContract],
    beside: { topics: ['Renewal Term'], reach: 2 },
    value: 'notice',
  },
  {
    topic: 'Termination For Convenience',
    searched: [
      'a right to terminate without cause',
      'termination for convenience or for any reason',
      'termination by notice alone',
    ],
    conclusive: [
      `(${mayEnd}) ~ (${withoutCause})`,
      `(${mayEnd}) ~ (${mayEndVerb}) ~ (${withoutCause})`,
      `(${withoutCause}) ~ (${mayEnd})`,
      `(${mayEnd}) ~~ (${byNotice})`,
      `(${mayEnd}) (at the option of|by) (either|any|each|both) (party|parties|of the parties) ~ notice`,
      `unless (sooner |earlier )?terminated by (either|any) ~ (${byNotice}|${withoutCause})`,
      `until terminated by (either|any) (party|of the parties) ~ (${byNotice})`,
      'at[- ]will employ*|employ* ~ at[- ]will',
      '(right|option) to (voluntarily )?withdraw ~ (at any time|notice)',
      '(either|any|each) party ~ (days?|months?) ~ notice of (its )?(termination|intention to terminate|desire to terminate)',
    ],
    supporting: [[withoutAnyCause]],
    headings: [
      '.{0,20}(for|of) convenience.{0,20}',
      'termination (without cause|at will|on notice|by notice).{0,20}',
      '.{0,20}without cause',
    ],
    against: [
      [
        'breach*|default*|insolven*|bankrupt*|failure|violat*|non-?payment|misconduct|cured?|remed(y|ied)|receiver',
        'if (the|such|either|any|a|an|there|it|this|at|all|\\w{1,20} (does|fails|has|is|decides))|in the event|in case|upon the occurrence|change (of|in) control|force majeure|for cause|fails? to|following (events|circumstances|reasons|conditions|cases|grounds)',
        '(if|upon|when|where|immediately):$',
      ],
      [
        'breach ~ (cure*|remed*)',
        '(material|uncured) (breach|default)',
        '(upon|after|following|on) (the |any )?(expiration or |cancellation or )?(early )?terminat*',
        'not (be )?terminate*|no right to terminate|termination of this agreement for any reason|termination for any reason (shall|will)',
      ],
      [
        '(upon|after|following|on|in the event of) (the |any |such )?(expiration|cancellation|termination) ~ for any reason',
        'terminated at any time by (the )?mutual',
        'if ~ (fails|does not|breaches|regulations|law)',
        'vote of (a|the) majority',
        'non-? ?renew*',
      ],
    ],
    vetoes: [
      '(may|shall) not (be )?(terminated?|cancel)',
      'no right to (terminate|cancel)',
      'terminated (at any time )?(by|upon|with) (the )?mutual',
      'with cause|for "cause"',
    ],
    value: 'notice',
  },
  {
    topic: 'Post-Termination Services',
    searched: [
      'duties that go on after the end of the contract',
      'transition or wind-down assistance',
      'a sell-off or run-off period',
    ],
    conclusive: [
      '(transition|termination|disengagement|wind-? ?down|phase-? ?out) (assistance|services?|cooperation|support|period)(?! agreement)',
      '(if|in the event|in case) ~ terminat* ~~ (shall|will|may|must|agrees?|entitled) ~ (continue|sell|purchase|repurchase|compensate|reimburse|assist|cooperate|transfer|unwind|complete|communicate)',
      '(sell|dispose|exhaust|distribut*|use|purchase|repurchase) ~ (remaining|existing|unsold|on hand|in its inventory|work in progress|work-in-process) ~~ (terminat*|expir*)',
      '(terminat*|expir*) ~~ (sell|dispose|exhaust|distribut*|purchase|repurchase) ~ (remaining|existing|unsold|on hand|inventory|work in progress|work-in-process)',
      'for ~ (days?|months?|years?) (after|following|from) ~ (termination|expiration|expiry)',
      '(sell|run|work|phase|wind)[- ]?(off|out|down)[- ]? ?(period|right*|of)',
      '(upon|after|following|on|in the event of|event of|notwithstanding) (the |any |such )?(expiration|termination|expiry) ~~ (shall|will|may|must|agrees?|right|entitled) ~ (continue|complete|sell|dispose|fulfil*|assist*|cooperate|transfer|purchase|repurchase|buy|provide|pay|assign|support|honou?r|perform)',
      '(days?|months?|years?) (after|following|from) (the |such |any )?(effective )?(date of )?(the |such )?(expiration|termination|expiry) ~~ (shall|will|may|must|agrees?) ~ (continue|sell|provide|pay|complete|assist|support|purchase|dispose|maintain)',
      '(continue|sell|provide|pay|complete|assist|support|purchase|maintain|exhaust|dispose) ~ for (a|an additional|up to)? ?(period|term)? ?(of )?~ (days?|months?|years?) (after|following|from) ~ (termination|expiration|expiry)',
      'last(-| )time (buy|purchase)',
    ],
    headings: [
      '(effects?|consequences?|obligations|rights?|duties|procedure|result) (of|on|upon|after|following) (the )?(expiration|termination|expiry) ?.{0,20}',
      'post-? ?termination.{0,30}',
      'transition.{0,30}',
      'wind-? ?down.{0,20}',
      'sell-?off.{0,20}',
    ],
    against: [
      [
        'confidential*|trade secret*|(return|destroy) ~ (information|materials|records|documents)',
        'cease (all )?(use|using)',
        'surviv*',
        'accrued',
        'not (be )?(solicit*|compete*|disclose*|engage)',
        '" (shall mean|means|has the meaning)',
        'separation agreement|entire agreement',
        '(expiration|end|close) of (each|every|the) (\\w{1,12} )?(quarter|month|year|period)',
        'cause of action|claims? ~ brought',
      ],
    ],
    vetoes: [
      'survive ~ (termination|expiration) of this agreement\\.?$',
      'compet(e|ing|ition|itor)s?',
      'terminat* ~ employ*',
    ],
  },
];
