import type { RiskRule } from './rule.ts';

const month = 30;
const year = 365;

/** The risks that are looked for, in the order in which they are reported within a level. */
export const riskRules: readonly RiskRule[] = [
  // Liability
  {
    id: 'unlimited-liability',
    level: 'high',
    title: 'Liability without limit',
    reason:
      'A party answers for losses without any ceiling, so that a single claim can exceed the value of the whole contract.',
    askFor: 'A ceiling in money or as a multiple of the fees, with named exceptions only.',
    when: {
      says: [
        '(unlimited|uncapped) liability',
        'liability ~ ((shall|will|to) be|is|are|remains?) (unlimited|without limit|not limited(?! to))',
        'liability ~ (shall|will) not be (limited|capped)',
        '(liable|responsib*|responsibility) ~ without (any )?limit(ation)? (?!the|to the generality)',
        'without limit (as to|in) (liability|amount)',
      ],
      unless: [
        'without limiting|including,? without limitation',
        'liability (company|partnership)',
        'insurance|policy|policies|limited or modified',
      ],
    },
  },
  {
    id: 'no-liability-cap',
    level: 'high',
    title: 'No limitation of liability',
    reason: 'The contract says nothing about the extent of liability, so the law alone decides, usually in full.',
    askFor: 'An exclusion of indirect loss and a ceiling for direct loss, for both sides.',
    when: { missing: 'Cap On Liability' },
  },
  {
    id: 'liability-carve-outs',
    level: 'medium',
    title: 'Breaches outside the limit of liability',
    reason:
      'For the breaches named here the limit does not apply; whoever is more likely to commit them bears an open risk.',
    askFor: 'A short list of exceptions, a higher second ceiling for them, and the same list for both sides.',
    when: { all: [{ found: 'Uncapped Liability' }, { found: 'Cap On Liability' }] },
  },
  {
    id: 'one-sided-liability-cap',
    level: 'medium',
    title: 'Only one party limits its liability',
    reason: 'One party is protected by the limit and the other answers in full.',
    askFor: 'The same limit for both parties.',
    when: { oneSided: 'Cap On Liability' },
  },
  {
    id: 'liquidated-damages',
    level: 'medium',
    title: 'Liquidated damages or a termination fee',
    reason: 'A fixed sum is owed whatever the loss turns out to be.',
    askFor: 'A sum that is a fair estimate of the loss, a ceiling, and that it is the only remedy for that breach.',
    when: { found: 'Liquidated Damages' },
  },
  {
    id: 'one-sided-indemnity',
    level: 'high',
    title: 'Only one party indemnifies',
    reason: "One party takes over the other's losses and claims and gets nothing in return.",
    askFor: 'Mutual indemnities, each for the claims that the party giving it controls.',
    when: {
      oneSided: 'Indemnification',
      where: ['(shall|will|agrees? to|hereby|must|undertakes to) (\\w{1,14},? ){0,6}(indemnif*|defend|hold)'],
    },
  },
  {
    id: 'indemnity-for-others-fault',
    level: 'high',
    title: "Indemnity for the other party's own fault",
    reason: 'A party answers for losses even where the party that it indemnifies has caused them.',
    askFor: 'That the indemnity falls away to the extent that the indemnified party caused the loss.',
    when: {
      says: [
        '(indemnif*|hold harmless) ~~ (whether or not|even if|regardless of whether|irrespective of whether|notwithstanding) ~ (caused|negligen*|fault)',
        '(whether or not|even if|regardless of whether|irrespective of whether) ~ (caused|due|attributable) ~ (negligence|fault|acts?)',
      ],
    },
  },
  {
    id: 'as-is',
    level: 'low',
    title: 'Delivered as is',
    reason: "All warranties are disclaimed, so defects are the recipient's problem.",
    askFor: 'A warranty of conformity to the description for a stated period.',
    when: {
      says: [
        '"as[- ]is,?"|as-is|as is,? (where|with all|and with|basis|condition)|(provided|licensed|delivered|supplied|accepts?) (\\w{1,14} ){0,3}as is',
      ],
      unless: ['real property|premises'],
    },
  },

  // Term and termination
  {
    id: 'one-sided-termination',
    level: 'high',
    title: 'Only one party may terminate without cause',
    reason: 'One party can leave at any time while the other is bound for the whole term.',
    askFor: 'The same right for both parties, or a longer notice and compensation for what was invested.',
    when: {
      oneSided: 'Termination For Convenience',
      where: [
        '(terminat*|cancel) ~ (agreement|contract|lease|license|nda|in its entirety)',
        '(agreement|contract|lease|license|nda) ~ terminat*',
      ],
    },
  },
  {
    id: 'short-termination-notice',
    level: 'medium',
    title: 'Termination without cause on short notice',
    reason: 'The contract can end within weeks, sooner than a replacement can be found.',
    askFor: 'At least 30 days of notice, longer where the work cannot be moved quickly.',
    when: { shorter: 'Termination For Convenience', days: month },
  },
  {
    id: 'no-termination-right',
    level: 'medium',
    title: 'No right to terminate',
    reason: 'Neither a breach nor notice ends the contract by its own words.',
    askFor: 'Termination for uncured material breach and insolvency, and a right to leave on notice.',
    when: { all: [{ missing: 'Termination For Cause' }, { absent: 'Termination For Convenience' }] },
  },
  {
    id: 'renewal-long-notice',
    level: 'medium',
    title: 'Automatic renewal with a long notice period',
    reason: 'The contract renews itself unless notice is given months ahead; the date is easily missed.',
    askFor: 'A notice period of 30 days and a reminder before it runs out.',
    when: {
      all: [
        { says: ['automatic*', 'renew*'], in: 'Renewal Term' },
        { longer: 'Notice Period To Terminate Renewal', days: 2 * month },
      ],
    },
  },
  {
    id: 'renewal-short-notice',
    level: 'low',
    title: 'Renewal can be refused on short notice',
    reason: "The other party can let the contract lapse with less than 30 days' warning.",
    askFor: 'Notice of non-renewal of at least 30 days.',
    when: { shorter: 'Notice Period To Terminate Renewal', days: month },
  },
  {
    id: 'renewal-without-notice',
    level: 'medium',
    title: 'Automatic renewal without a way out',
    reason: 'The contract renews itself and no notice that would stop it was found.',
    askFor: 'A right of either party to stop the renewal by notice.',
    when: {
      all: [
        {
          says: ['automatic*,? (be )?(renew*|extend*|extension)', '(renew*|extend*) automatic*'],
          unless: ['unless|until|provided', 'either party may terminate'],
          in: 'Renewal Term',
        },
        { absent: 'Notice Period To Terminate Renewal' },
        { absent: 'Termination For Convenience' },
      ],
    },
  },
  {
    id: 'long-renewal',
    level: 'medium',
    title: 'Renewal for more than a year at a time',
    reason: 'Missing one notice binds the parties for years.',
    askFor: 'Renewal year by year, or month by month.',
    when: { longer: 'Renewal Term', days: year },
  },
  {
    id: 'survival-without-limit',
    level: 'medium',
    title: 'Duties that never end',
    reason: 'Obligations continue after the contract without any limit in time.',
    askFor: 'A period of two to five years, and no limit only for trade secrets.',
    when: {
      says: [
        '(surviv*|continue*|remain in (full )?(force|effect)) ~ (indefinite*|perpetu*|forever|without (limit|limitation) (in|of) time)',
        '(indefinite*|perpetu*|forever|in perpetuity) ~ (surviv*|after (the )?(termination|expiration))',
        '(confidential*|non-?disclosure) ~~ (in perpetuity|indefinitely|perpetual|forever)',
      ],
      unless: [
        'licen[cs]\\w{1,4}',
        'trade secret*',
        '(this agreement|term)( of this agreement)? ~ (commence*|continue*|effective|remain|begins?) ~ (until|unless|perpetu*|indefinite*)',
        'royalt(y|ies)',
      ],
    },
  },
  {
    id: 'post-termination-duties',
    level: 'low',
    title: 'Duties after the end',
    reason: 'Work, supply or payment goes on after termination and has to be planned and paid for.',
    askFor: 'How long it lasts, at what price, and who bears the cost of the transition.',
    when: { found: 'Post-Termination Services' },
  },

  // Money
  {
    id: 'unilateral-price-change',
    level: 'high',
    title: 'Prices can be changed by one party alone',
    reason: "One party can raise its prices during the term without the other's agreement.",
    askFor:
      'Fixed prices for the term, or increases once a year, limited to an index or a percentage, with a right to terminate.',
    when: {
      says: [
        '(may|reserves? the right to|right to|entitled to|sole discretion) (\\w{1,14} ){0,4}(increase|change|modify|adjust|revise|raise|amend|alter) ~ (prices?|pricing|fees?|rates?|charges?|price list)',
        '(prices?|pricing|fees?|rates?|charges?) (may be |are |is |shall be )?(\\w{1,14} ){0,2}(subject to change|increased|changed|adjusted|modified) ~ (at any time|without (prior )?notice|sole discretion|its discretion)',
        '(prices?|fees?|rates?) (are|is) subject to change',
      ],
      unless: [
        'mutual*|agreed (in writing|by the parties)|written (agreement|consent) of',
        '(not|no) (\\w{1,10} ){0,2}(increase|change|modify)',
        'sales tax|exchange rate|retail price*|resale price*',
      ],
    },
  },
  {
    id: 'exclusivity-with-minimum',
    level: 'high',
    title: 'Exclusivity together with a minimum commitment',
    reason:
      'A party may deal with nobody else and must still reach a minimum; if the market fails, it pays for nothing.',
    askFor:
      'Loss of exclusivity as the only consequence of missing the minimum, and a way out when the market changes.',
    when: { all: [{ found: 'Exclusivity' }, { found: 'Minimum Commitment' }] },
  },
  {
    id: 'minimum-commitment',
    level: 'medium',
    title: 'Minimum purchase, payment or performance',
    reason: 'The minimum is owed whether or not it is needed.',
    askFor:
      'A minimum that follows the forecast, the right to carry a shortfall forward, and relief for events beyond control.',
    when: { found: 'Minimum Commitment' },
  },
  {
    id: 'most-favoured-nation',
    level: 'medium',
    title: 'Most favoured customer clause',
    reason: 'Better terms given to anyone else must be passed on, which binds pricing everywhere.',
    askFor: 'A limit to comparable customers, volumes and countries, for the future only.',
    when: { found: 'Most Favored Nation' },
  },
  {
    id: 'long-payment-term',
    level: 'low',
    title: 'Payment later than 60 days',
    reason: 'The creditor finances the debtor for months.',
    askFor: 'Payment within 30 days of the invoice.',
    when: {
      says: [
        '(pay|paid|payable|payments?|due) ~ (ninety|seventy-five|one hundred (and )?twenty|75|90|120|180)( \\(\\w{1,12}\\))? days ~ (invoices?|statement|delivery)',
      ],
      unless: ['audit*|terminat*|interest|forecast*|cure*'],
    },
  },
  {
    id: 'high-late-interest',
    level: 'low',
    title: 'High interest on late payment',
    reason: 'Interest of 1.5% a month and more is 18% a year.',
    askFor: 'The statutory rate, or a few points above the base rate.',
    when: {
      says: [
        '(1\\.5|1 1/2|1-1/2|2|2\\.0|2\\.5|3)%\\)? (per|a|each) month',
        'one and (one[- ]half|a half) (percent|per cent) (\\([^)]{1,12}\\) )?(per|a|each) month',
        '(18|20|24)%\\)? (per annum|per year|a year|annually)',
        'eighteen (percent|per cent) (\\([^)]{1,12}\\) )?(per annum|per year|a year)',
      ],
    },
  },

  // Intellectual property
  {
    id: 'irrevocable-licence',
    level: 'high',
    title: 'Irrevocable or perpetual licence',
    reason: 'Rights are given away for good; not even a breach brings them back.',
    askFor: 'A licence for the term that ends on termination for breach.',
    when: { found: 'Irrevocable Or Perpetual License' },
  },
  {
    id: 'unlimited-licence',
    level: 'medium',
    title: 'Unlimited licence',
    reason: 'Use is not limited in users, copies or places, so the price does not follow the use.',
    askFor: 'A limit in users, sites or volume, with a price for more.',
    when: { found: 'Unlimited/All-You-Can-Eat-License' },
  },
  {
    id: 'ip-assignment',
    level: 'high',
    title: 'Intellectual property is assigned',
    reason: "What one party creates becomes the other's property, including what it may need for other work.",
    askFor: 'Assignment of paid-for deliverables only, effective on payment, without background technology.',
    when: { found: 'Ip Ownership Assignment' },
  },
  {
    id: 'joint-ip',
    level: 'low',
    title: 'Jointly owned intellectual property',
    reason:
      'Without rules on use, licensing and enforcement, joint owners block each other or owe each other an account, depending on the country.',
    askFor: 'One owner and a licence for the other, or express rules for use, licensing, cost and enforcement.',
    when: { found: 'Joint Ip Ownership' },
  },
  {
    id: 'covenant-not-to-sue',
    level: 'medium',
    title: 'Claims or challenges are given up',
    reason: "A party promises not to sue or not to contest the other's rights, even if they turn out to be invalid.",
    askFor: 'A limit to the term and to the licensed rights, and an exception for defence.',
    when: { found: 'Covenant Not To Sue' },
  },

  // Restrictions
  {
    id: 'exclusivity',
    level: 'medium',
    title: 'Exclusivity',
    reason: 'A party may not deal with others in the field or territory that is named.',
    askFor: 'A narrow field, territory and period, and an end when targets are missed.',
    when: { all: [{ found: 'Exclusivity' }, { absent: 'Minimum Commitment' }] },
  },
  {
    id: 'long-non-compete',
    level: 'high',
    title: 'Non-compete of more than a year',
    reason:
      'A long ban on competition can close a business or career, and in many places it is void or must be paid for.',
    askFor: 'No more than 12 months, for named competitors, in the territory actually served.',
    when: { longer: 'Non-Compete', days: year },
  },
  {
    id: 'non-compete',
    level: 'medium',
    title: 'Non-compete',
    reason: 'A party may not compete, or not sell competing products.',
    askFor: 'A clear definition of what competes, and an end with the contract.',
    when: { found: 'Non-Compete' },
  },
  {
    id: 'customer-non-solicit',
    level: 'medium',
    title: 'Customers may not be approached',
    reason: 'A party may not win certain customers, even those it had before.',
    askFor: 'A limit to customers met through this contract, and an exception for existing ones.',
    when: { found: 'No-Solicit Of Customers' },
  },
  {
    id: 'employee-non-solicit',
    level: 'low',
    title: 'Staff may not be hired',
    reason: "Hiring the other party's people is forbidden and may cost damages.",
    askFor: 'An exception for answers to public advertisements, and at most 12 months.',
    when: { found: 'No-Solicit Of Employees' },
  },
  {
    id: 'first-refusal',
    level: 'medium',
    title: 'Right of first refusal, offer or negotiation',
    reason: 'A sale or deal with others must wait for one party, which deters other bidders.',
    askFor: 'Short periods, a definition of what triggers the right, and an end date.',
    when: { found: 'Rofr/Rofo/Rofn' },
  },
  {
    id: 'non-disparagement',
    level: 'low',
    title: 'Criticism is forbidden',
    reason: 'Even true statements about the other party can be a breach.',
    askFor: 'That it binds both sides and leaves statements required by law, and true ones in proceedings, alone.',
    when: { found: 'Non-Disparagement' },
  },

  // Change and control
  {
    id: 'unilateral-amendment',
    level: 'high',
    title: 'One party may change the contract alone',
    reason: "The terms can change after signature without the other party's agreement.",
    askFor: 'Changes by signed agreement only, or notice with a right to leave before they apply.',
    when: {
      says: [
        '(may|reserves? the right to|right to|entitled to) (\\w{1,14},? ){0,4}(modify|amend|change|revise|update|alter|supplement) ~ (this agreement|these terms|the terms|terms and conditions|terms of (this|the)|any (of the )?(terms|provision))',
      ],
      unless: [
        '(may|shall|can) (only |not )(be )?(modif*|amend*|chang*)',
        'written (agreement|consent|instrument)|in writing signed|mutual*|executed by|signed by',
        'not (\\w{1,10} ){0,3}(right|authority)|(neither|no) party',
        'beneficiary|director*|court',
        'severab*|unenforceable',
        '(the|both|either|such) part(y|ies)|mandated|negotiat*',
        'address(es)?|exhibits?|list of|specification*',
      ],
    },
  },
  {
    id: 'free-assignment',
    level: 'medium',
    title: 'One party may transfer the contract without consent',
    reason: 'The other party can be left with a contract partner that it did not choose.',
    askFor: 'Consent, not to be unreasonably withheld, or a limit to affiliates and successors of the whole business.',
    when: {
      says: [
        '(may|right to|entitled to|can) (freely )?(assign|transfer|novate) ~ (agreement|rights|obligations) ~ without ~ (consent|approval|notice)',
        '(may|right to|entitled to) (freely )?(assign|transfer) (this|the) agreement ~ (to any|at any time|in its (sole )?discretion|in whole or in part)',
      ],
      unless: [
        '(either|neither|each|no|both|any) (of the )?part(y|ies)',
        'neither of',
        '(not|cannot) (be )?(freely )?(assign*|transfer*)',
        'affiliate*|merger|substantially all|successor*',
      ],
    },
  },
  {
    id: 'no-assignment-clause',
    level: 'low',
    title: 'Nothing on assignment',
    reason: 'In most places each party may then transfer its rights to anyone.',
    askFor: 'Assignment with consent only, except to a successor of the whole business.',
    when: { missing: 'Anti-Assignment' },
  },
  {
    id: 'change-of-control',
    level: 'medium',
    title: 'Consequences of a change of control',
    reason:
      'A merger or sale of the company lets the other party object or terminate, which lowers the price of the company.',
    askFor: 'A limit to sales to named competitors, and notice instead of consent.',
    when: { found: 'Change Of Control' },
  },
  {
    id: 'audit-without-notice',
    level: 'medium',
    title: 'Audits without notice',
    reason: 'Books or premises can be inspected and no advance notice was found.',
    askFor: 'Reasonable written notice, business hours, at most once a year, and confidentiality.',
    when: {
      silent: 'Audit Rights',
      on: ['notice|notif*|advance|prior written|days|reasonabl[ey]|(business|working) hours|mutually|request'],
    },
  },
  {
    id: 'suspension-without-notice',
    level: 'medium',
    title: 'Services can be suspended at once',
    reason: 'One party may stop performing without notice, while the other still has to pay.',
    askFor: 'Notice with time to cure, except for an acute danger to security.',
    when: {
      says: [
        '(may|right to|entitled to) (\\w{1,14} ){0,3}suspend ~~ (without (prior )?notice|immediate*|at any time|sole discretion)',
      ],
      unless: ['reasonable notice|days', '(either|a|the other) party', 'bonus*|full pay|employ*'],
    },
  },
  {
    id: 'third-party-beneficiary',
    level: 'low',
    title: 'A third party can enforce the contract',
    reason: 'Somebody who owes nothing under the contract can make claims under it.',
    askFor: 'That third parties have no rights, or a limit to named provisions.',
    when: { found: 'Third Party Beneficiary' },
  },

  // What is not there
  {
    id: 'no-confidentiality',
    level: 'medium',
    title: 'No confidentiality',
    reason: 'Nothing keeps the other party from using or passing on what it learns.',
    askFor: 'A mutual duty of confidentiality with the usual exceptions.',
    when: { missing: 'Confidentiality' },
  },
  {
    id: 'no-data-protection',
    level: 'medium',
    title: 'No data protection',
    reason: 'Contracts of this type usually involve personal data, and nothing says how it is protected.',
    askFor: 'A data processing agreement, security measures and notice of breaches.',
    when: { missing: 'Data Protection' },
  },
  {
    id: 'no-governing-law',
    level: 'medium',
    title: 'No governing law',
    reason: 'Which law applies would have to be argued first in any dispute.',
    askFor: 'One named law and a court or arbitration.',
    when: { missing: 'Governing Law' },
  },
  {
    id: 'blanks',
    level: 'medium',
    title: 'Blanks to be filled in',
    reason: 'Terms are still open; what is not agreed may not bind.',
    askFor: 'Every blank filled in or struck before signature.',
    when: {
      says: [
        '\\[ ?(insert|●|•|_{2,40}|tbd|to be (determined|completed|agreed)|name of|full legal name|legal name|date|amount)[^\\]]{0,80}\\]',
        '\\{[a-z][a-z0-9_]{2,50}\\}',
        '\\[_{2,40}\\]',
      ],
    },
  },
  {
    id: 'terms-elsewhere',
    level: 'info',
    title: 'Terms that are not in this text',
    reason: 'Terms published or kept elsewhere are part of the contract and were not reviewed here.',
    askFor: 'The document referred to, in the version that applies.',
    when: {
      says: [
        '(terms|agreement|policy|policies|conditions|standard terms|version [\\d.]{1,6}) ~ (available|posted|located|found|published|set forth) (at|on) (https?|www|[a-z0-9-]{2,30}\\.(com|org|net|io|eu))',
        '(incorporated|incorporates) (herein )?by reference ~ (https?|www|website|[a-z0-9-]{2,30}\\.com)',
      ],
    },
  },
];
