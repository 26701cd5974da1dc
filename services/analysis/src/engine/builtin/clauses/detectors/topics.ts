import type { Detector } from '../detector.ts';

/** Clauses that CUAD does not label and that a reviewer misses when they are not there. */
export const supplementaryDetectors: readonly Detector[] = [
  {
    topic: 'Confidentiality',
    searched: ['a duty to keep information confidential', 'limits on use and disclosure of confidential information'],
    conclusive: [
      '(not|neither|only|strict*|keep|hold|maintain|preserve|treat|protect*) ~~ (confidential|confidence|secret)',
      '(confidential|proprietary) information ~~ (shall|will|must|agrees?|may) (not )?~ (disclos*|use|reveal*|divulge*|protect*|keep|hold)',
      '(disclos*|divulg*|reveal*) ~ confidential information',
      'confidentiality (obligations?|agreement|provisions?)',
      '(held|kept|keep|hold|maintain*) ~ confiden(tial|ce)',
    ],
    headings: ['.{0,30}(confidential|non-? ?disclosure|proprietary information|secrecy).{0,30}'],
    against: [['confidential treatment (requested|has been)', 'redacted|omitted']],
  },
  {
    topic: 'Data Protection',
    searched: [
      'how personal data is handled',
      'compliance with privacy or data protection law',
      'data security and breach notice',
    ],
    conclusive: [
      'personal (data|information|identif*) ~~ (process*|protect*|law|secur*|comply|complian*|transfer*|collect*|privacy)',
      '(process*|protect*|secur*|comply|complian*) ~~ (personal (data|information)|personally identifiable)',
      '(data|privacy) (protection|privacy|security) (laws?|legislation|regulations?|requirements?|addendum|agreement|act|obligations?)',
      '(gdpr|ccpa|hipaa|general data protection regulation)',
      '(privacy|data protection) (laws?|polic(y|ies)|regulations?)',
      '(data|security) (breach|incident)s? ~ (notif*|notice|promptly|hours)',
    ],
    headings: ['.{0,30}(data protection|privacy|data security|personal (data|information)|protected health).{0,30}'],
  },
  {
    topic: 'Indemnification',
    searched: ['a duty to indemnify, defend or hold harmless'],
    conclusive: [
      'indemnif*|indemnit(y|ies)',
      'hold (\\w{1,20} ){0,4}harmless',
      '(shall|will|must|agrees? to) (\\w{1,14} ){0,2}defend ~ (claims?|actions?|suits?|proceedings?)',
    ],
    headings: ['.{0,20}indemni.{0,30}'],
  },
  {
    topic: 'Termination For Cause',
    searched: ['a right to terminate for breach', 'termination on insolvency'],
    conclusive: [
      'terminat* ~~ (breach*|default*|violat*|fail* (to|by)|insolven*|bankrupt*|for cause)',
      '(breach*|default*|violat*|fail* (to|by)|insolven*|bankrupt*|for cause) ~~ terminat*',
    ],
    headings: ['.{0,20}(termination|default).{0,30}'],
  },
  {
    topic: 'Payment Terms',
    searched: ['what is to be paid and when', 'invoices, due dates and late payment'],
    conclusive: [
      '(pay|paid|payable|payment*|invoice*|due) ~ (within|no later than|not later than|on or before|upon|net) ~ (days?|receipt|month|quarter|execution|delivery|signing)',
      '(shall|will|agrees? to|must) pay ~ (fees?|price|amount|sum|\\$ ?\\d{1,12}|royalt*|commission*|compensation|salary|charges|rent)',
      '(fees?|price|amounts?|charges) ~ (due and payable|payable)',
      'pays ~ (\\$ ?\\d{1,12}|dollars|eur|euros|usd|gbp|pounds)',
    ],
    headings: ['.{0,20}(payments?|fees|compensation|consideration|price|invoic|purchase price|royalt).{0,30}'],
  },
  {
    topic: 'Warranty',
    searched: ['promises about quality, conformity or authority'],
    conclusive: [
      '(represents?|warrants?|represents? and warrants?|guarantees?) (and \\w{1,12} )?(to \\w{1,20} )?(that|and|as follows|the)',
      'warranted (to|against|for)',
      'representations and warranties',
    ],
    headings: ['.{0,30}(warrant(y|ies)|representations?).{0,30}'],
  },
  {
    topic: 'Warranty Disclaimer',
    searched: ['a disclaimer of implied warranties', 'delivery as is'],
    conclusive: [
      '(disclaim*|no|without|exclud*|not make*) ~~ (implied|warrant(y|ies)) ~ (merchantab*|fitness|any kind|express or implied)',
      '(merchantability|fitness for (a|any) particular) ',
      '(as is|as-is|"as is")',
    ],
    headings: ['.{0,30}disclaim.{0,30}'],
  },
  {
    topic: 'Dispute Resolution',
    searched: ['a court or arbitration clause', 'escalation or mediation of disputes'],
    conclusive: [
      '(arbitrat*|mediat*) ~~ (dispute*|rules|binding|claim*|controvers*)',
      '(dispute*|claim*|controvers*) ~~ (arbitrat*|mediat*|negotiat* in good faith|escalat*|courts?)',
      '(exclusive|non-?exclusive|personal) jurisdiction|jurisdiction (of|and venue)|courts? (of|located|in) ~ (jurisdiction|venue)|venue',
    ],
    headings: ['.{0,20}(arbitration|dispute|jurisdiction|venue|mediation).{0,30}'],
  },
  {
    topic: 'Force Majeure',
    searched: ['relief for events beyond control'],
    conclusive: [
      'force majeure',
      'acts? of god',
      '(beyond|outside) ~ (reasonable |its )?control',
      'excused ~ (performance|delay)',
    ],
    headings: ['.{0,20}(force majeure|excusable delay|acts of god).{0,20}'],
  },
  {
    topic: 'Entire Agreement',
    searched: ['that the contract is the entire agreement', 'that it supersedes earlier agreements'],
    conclusive: [
      '(entire|complete|whole|full|sole|exclusive) (and \\w{1,12} )?(agreement|understanding|statement|contract)',
      'supersedes?',
    ],
    headings: ['.{0,30}(entire agreement|integration|merger|complete agreement).{0,30}'],
  },
  {
    topic: 'Amendment In Writing',
    searched: ['that changes need a signed writing'],
    conclusive: ['(amend*|modif*|chang*|alter*|waive*|variation) ~~ (writing|written|signed|executed by)'],
    headings: ['.{0,20}(amendments?|modifications?|waivers?|variation).{0,30}'],
  },
  {
    topic: 'Notices',
    searched: ['how notices are given'],
    conclusive: ['notices? ~~ (in writing|writing|delivered|address|mail|courier|email|facsimile|registered)'],
    headings: ['.{0,10}notices?.{0,20}'],
  },
  {
    topic: 'Survival',
    searched: ['which duties survive the end of the contract'],
    conclusive: [
      'surviv(e|es|al|ing) ~ (terminat*|expir*|cancel*|end|closing|completion)',
      '(terminat*|expir*) ~~ surviv(e|es|al)',
      '(shall|will) survive',
    ],
    headings: ['.{0,20}survival.{0,20}'],
  },
  {
    topic: 'Return Of Information',
    searched: ['return or destruction of information at the end'],
    conclusive: [
      '(return|destroy|destruction|delet*|deliver up|erase) ~~ (confidential|information|data|materials|documents|copies|property|records)',
    ],
    headings: ['.{0,20}(return|destruction) of.{0,30}'],
    against: [['products?|goods|refund|tax return*|shipping|investment']],
  },
];
