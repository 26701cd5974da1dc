import type { Detector } from '../detector.ts';

const indirect =
  'indirect|consequential|special|incidental|punitive|exemplary|lost profits?|loss of (profits?|use|business|revenue|data|goodwill)';

/** The breaches that contracts take out of a limitation of liability. */
const carveOuts =
  'indemn\\w{0,12}|breach\\w{0,4}|confidential\\w{0,4}|infring\\w{0,6}|misappropriat\\w{0,4}|negligen\\w{0,4}|wil?l?ful\\w{0,2}|intentional\\w{0,2}|fraud\\w{0,6}|injury|death|misconduct|third part(y|ies)|(obligations|claims|liabilit(y|ies)|damages) (under|arising|set forth|for|in|described|pursuant|incurred)|violation|payment obligations|(section|article|paragraph|clause)s? \\d{1,3}|\\[';

/** Liability, audits, claims and who may enforce. */
export const liabilityDetectors: readonly Detector[] = [
  {
    topic: 'Cap On Liability',
    searched: [
      'a maximum amount of liability',
      'exclusion of indirect or consequential damages',
      'a time limit for bringing claims',
    ],
    conclusive: [
      `(liable|liability|responsible|responsibility|entitled|obligat*|recover*) ~~ (${indirect}) (\\w{1,20},? ){0,6}(damages?|loss(es)?|costs?|profits?|or|and)`,
      `(${indirect}) ~~ (damages|loss(es)?) ~~ (liable|liability|excluded|waive*|disclaim*)`,
      '(liability|liabilities|obligations?|damages|responsibility|indemnification) ~~ (not exceed|no event exceed|never exceed|be limited to|is limited to|limited to|shall be limited|not be greater than|capped at|exceed (the|an|\\$ ?[\\d,.]{1,14}|us)|in excess of|maximum)',
      '(not|no event|never) (be )?(liable|responsible) ~ (more than|in excess of|exceed*|any amount|greater)',
      '(maximum|aggregate|total|cumulative|entire) (\\w{1,14} ){0,3}liability',
      '(no|any) (action|claim|suit|proceeding|cause of action)s?,? ~ (brought|made|asserted|commenced|filed|instituted) ~ (more than|later than|after|within) ~ (year|years|months|days)',
      'sole (and exclusive )?(remedy|liability) ~~ (refund|repair|replace*|limited)',
      '(waives?|disclaims?) ~ (punitive|consequential|exemplary|indirect|special) ~ damages',
    ],
    headings: [
      '.{0,30}(limitations?|limits?|exclusions?) (of|on|to) (liabilit(y|ies)|damages|remed(y|ies)).{0,30}',
      '.{0,20}(limited liability|liability cap|consequential damages|damages waiver|limitation period).{0,20}',
    ],
    against: [
      [
        'limited liability (company|partnership)',
        'insurance|insured',
        'not (be )?(limit*|exclude*) ~ liability|shall not apply|nothing ~ limit*',
        'loss of use ~ (lease*|equipment)|indemnif* ~ against ~ (loss|damages)',
        'interest|invoice|late payment|underpa*',
        'has no (liabilities|obligations)|there are no (agreements|liabilities)|contingent or otherwise',
        'limited (to|by) ~ (the )?following (?!amount)|not limited to|without limitation',
      ],
      [
        'limited liability company (?!.{0,60}liable)',
        'including,? but not limited to ~ (?!liab)',
        'insurance ~ limits?',
        'deductible|basket|environmental',
        'tax liabilit*|liabilities (of|and) ~ (assum*|business)',
        'indemnif* ~~ (from and against|hold harmless|harmless from)',
      ],
    ],
    value: 'cap',
  },
  {
    topic: 'Uncapped Liability',
    searched: ['liability without limit for some breach', 'exceptions to a limitation of liability'],
    conclusive: [
      `(limitations?|limits?|exclusions?|cap|foregoing|above|this (section|clause|paragraph|article)|section \\d{1,2}(\\.\\d{1,2})?) ~ (shall|will|do|does|is|are) (not|in no way) (apply|limit|affect|extend|be applicable|applicable|restrict) ~~ (${carveOuts})`,
      'none of the limitations ~ liability ~~ apply',
      `(nothing|neither|no provision|not) ~~ (limit|limits|exclude|excludes|exclude or limit|limit or exclude|limits or excludes|operate to|restrict) ~ (liability|damages available|indemnification rights) ~~ (${carveOuts})`,
      `(except|excluding|other than|save|with the exception|exception of|excepting) ~~ (${carveOuts}) ~~ (liable|liability|damages) ~~ (${indirect}|exceed|aggregate|limited to|in excess)`,
      `(liable|liability) ~~ (${indirect}|exceed|limited to) ~~ (except (for|to the extent|in|with|as|where|that|when)|provided,? (however,? )?that|other than|save (for|in)|unless|excluding) ~~ (${carveOuts})`,
      '(unlimited|uncapped) liability|liability ~ (unlimited|uncapped|without limit|not be limited)',
      'full responsibility ~ without limit',
    ],
    against: [
      [
        'insurance',
        'limited liability (company|partnership)',
        'not be liable ~~ failure|delay|force majeure',
        'surviv*',
        'publicly|public domain|without reference|independently developed',
      ],
      [
        '(information|restrictions?|obligations|warrant(y|ies)|rights?) ~ (shall|will|does|do) not (apply|limit|affect)',
        '(from and against|hold harmless|harmless from)',
        'warrant(y|ies) ~ (merchantab*|fitness)',
        'prohibited by (applicable )?law',
        'representations? and warrant*',
        'limited warrant*',
      ],
    ],
  },
  {
    topic: 'Audit Rights',
    searched: [
      'a right to audit or inspect books and records',
      'a right to inspect premises',
      'records open for examination',
    ],
    conclusive: [
      '(audits?|inspect|inspecting|inspections?|examine|examination|examining) ~ (books?|records?|accounts|facilit(y|ies)|premises|financial (records|statements)|locations?|accounting|manufactur*|plants?|operations|systems)',
      '(right*|allow*|permit*|grant*|provide*|give*|entitled) ~ (access to|review|verify|inspect*) ~ (books?|records|accounts|premises|facilit(y|ies)) ~~ (audit*|inspect*|verif*|examin*|complian*|determin*|copies|extracts)',
      '(right*|entitled|permit*|allow*|may|authority) (to )?(conduct |perform |make |cause )?(an? )?(\\w{1,14} ){0,3}(audit|inspect|inspections?|audits|examination)',
      '(records?|books?) ~ (available|open|subject|accessible) ~ (inspection|audit|examination|review|inspect)',
      'audit rights?',
      '(audit|auditor|auditors|independent (certified )?(public )?accountant*|inspection) ~~ (discloses?|reveals?|shows?|indicates?|determine*|verif*|underpa*|discrepanc*|cost of|expense|not more than|no more than|once)',
      'cost of (such|the|any) (audit|inspection|examination)',
    ],
    supporting: [
      ['(maintain|keep) ~ (complete|accurate|full|true|proper|adequate) ~ (books?|records?)'],
      ['inspect*|audit*|examin*'],
    ],
    headings: ['.{0,30}(audit|inspection|books and records|records|examination).{0,30}'],
    against: [
      [
        'audited financial statements|financial statements ~ (gaap|audited)',
        'inspect* ~ (products?|goods|shipment*|delivery|units|materials|samples?|vehicle|equipment)|accept* or reject*',
        'confidential information',
        'registration statement|prospectus|sec|commission|shareholders?|due diligence',
        'warrant*|represent*',
        'terminat*',
        'audit committee|accounting oversight|stockholders?|medical|premises of the stadium',
        'review ~ (and approve|proposal*|plans?|marketing|materials|content|advertis*|press)',
      ],
      [
        '(products?|goods|shipment) ~ (reject*|accept*|defect*|nonconform*)',
        'registration statement|prospectus|securities act',
        'destroy*|return',
        'source code|escrow',
        'fda ~ inspect*|regulatory ~ inspect*',
      ],
    ],
  },
  {
    topic: 'Covenant Not To Sue',
    searched: [
      'a promise not to contest ownership or validity of rights',
      'a covenant not to sue',
      'a release of claims',
    ],
    conclusive: [
      `(not|never|nor|neither|refrain from|without) ~~ (contest*|challeng*|disput*|attack*|oppos*|impugn*) ~ (validity|ownership|titles?|rights?|enforceab*|registrations?|interest|patents?|trademarks?|marks?|copyrights?|claims?|use of)`,
      `(not|never|nor|neither|refrain from) ~~ (impair*|invalidate|adversely affect*|prejudice) ~ (validity|ownership|titles?|enforceab*|registrations?|rights? (of|in))`,
      'covenants? not to (sue|assert|bring|challenge|contest)',
      '(not|never) (to )?(sue|assert (any )?(claim|right|patent)|bring (any )?(action|claim|suit|proceeding)|commence (any )?(action|suit|proceeding|litigation)|institute (any )?(action|suit|proceeding|legal)) ~ (against|challeng*|relat*|arising|with respect)',
      '(releases?|waives?|discharges?|acquits?) ~ (any and all|all|from all|forever) ~ (claims?|actions?|suits?|demands|causes of action|liabilit*)',
      '(not|never|nor) ~ (do|take|commit|engage in) ~ (anything|any act*|any action|act or omission) ~~ (validity|ownership|title|rights?|enforceab*|registrations?|interest) ',
    ],
    supporting: [
      [
        '(not|never|nor) ~ (register|apply (for|to)|attempt to register|seek to register|file) ~ (trademarks?|marks?|trade names?|domain names?|confusingly|copyrights?|patents?|logo|brand|application)',
      ],
      [
        'inconsistent with ~ (ownership|rights?|title)',
        'impair*|invalidat*|adversely affect*',
        '(claim|assert) ~ (ownership|rights?|title|interest) ',
        'any time (thereafter|during or after)|during (or|and) after',
      ],
    ],
    headings: [
      '(covenants?|agreement) not to (sue|contest|challenge|assert).{0,30}',
      'no (contest|challenge).{0,20}|non-? ?contest.{0,20}',
      '(mutual |general )?(release|waiver)( of claims| and covenant)?.{0,20}',
    ],
    against: [
      [
        'jury|venue|forum|jurisdiction|subrogation',
        'in good faith|invoice*|tax(es)?|payment',
        'arbitrat*|dispute resolution|mediation',
        'warrant*|represent*',
        'employees?|wages',
        'security interest|lien*|press release*',
        'if ~ (contest*|challeng*|disput*|oppos*)',
        'infring* ~ third|third part(y|ies) ~ infring*',
        'judgment|settle*|compromise',
        'prosecut*|abandon*',
        'remedies|servicer|receivables?',
        'does not prevent',
        '(delay|failure|omission) ~ (right|power)',
        'deemed ~ waiver',
        'declared ~ (invalid|unenforceable)',
        'policies|insurer',
      ],
      [
        'jury|venue|forum|subrogation',
        'invoice*|bill(ed|ing)',
        'judgment|settlement',
        'equipment|lien*',
        'no (action|claim|suit) ~ (more than|year)',
        'press release|lien',
        'not ~ (been|pending|threatened)|knowledge|no (claim|action|suit) (is|has)',
      ],
    ],
  },
  {
    topic: 'Third Party Beneficiary',
    searched: ['a third party that may enforce the contract', 'third-party beneficiaries'],
    conclusive: [
      '(is|are|be|as|deemed|being|constitute|made|become) (an? |the )?(\\w{1,14} ){0,4}third[- ]party beneficiar(y|ies)',
      '(except|other than|save|excluding|with the exception|provided) ~~ third[- ]part(y|ies) beneficiar(y|ies)',
      'third[- ]party beneficiar(y|ies) ~~ (entitled|right) to enforce',
      '(except|other than) ~~ (confer*|benefit|inure) ~ (upon |to )?~ (third part|person|anyone|entity)',
      '(express|intended|direct) third[- ]party beneficiar(y|ies)',
    ],
    headings: ['.{0,20}third[- ]party beneficiar(y|ies).{0,20}'],
    against: [
      [
        '(no|not|nothing|neither|none|nor|never|without) ~ third[- ]part(y|ies) beneficiar(y|ies)',
        '(no|not|nothing|neither) ~~ (confer*|benefit|creat*|rights?) ~ (third part|person|anyone|entity)',
        '(no|neither) ~ (person|party|entity|third part*) ~ beneficiar*',
      ],
      [
        '(no|not|nothing|neither|none|there are no|nor) ~~ third[- ]part(y|ies) beneficiar(y|ies) ?(of|to|under|hereof|hereunder|by|in|for|\\.|,|;|rights)?',
      ],
    ],
  },
];
