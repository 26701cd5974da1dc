import type { Topic } from '../clauses/categories.ts';

/** A kind of contract: how it is recognised and what it normally contains. */
export interface DocumentType {
  name: string;
  /** Matched against the lower-case title. */
  title: RegExp;
  /** Words that the text of such a contract repeats, for a document without a telling title. */
  vocabulary?: RegExp;
  /** What a reviewer expects to find in it; the rest is not reported as missing. */
  expects: readonly Topic[];
}

/** What any contract of substance has. */
const basics: readonly Topic[] = [
  'Parties',
  'Effective Date',
  'Governing Law',
  'Entire Agreement',
  'Amendment In Writing',
  'Dispute Resolution',
];

/** What any contract that runs for a time has besides. */
const continuing: readonly Topic[] = [
  ...basics,
  'Expiration Date',
  'Termination For Cause',
  'Anti-Assignment',
  'Notices',
  'Survival',
];

/** What a contract for something paid has besides. */
const commercial: readonly Topic[] = [
  ...continuing,
  'Payment Terms',
  'Cap On Liability',
  'Indemnification',
  'Confidentiality',
  'Warranty',
  'Force Majeure',
];

/** The kinds of contracts, the more telling titles first. */
const documentTypes: readonly DocumentType[] = [
  {
    name: 'Amendment',
    title: /\bamendment\b|\bamended\b(?!.*\brestated\b)|\baddendum\b|\bside letter\b|\bsupplement\b|\bwaiver\b/,
    expects: ['Parties'],
  },
  { name: 'Joint Filing Agreement', title: /\bjoint filing\b/, expects: ['Parties'] },
  {
    name: 'Business Associate Agreement',
    title: /\bbusiness associate\b/,
    expects: [
      'Parties',
      'Effective Date',
      'Data Protection',
      'Termination For Cause',
      'Return Of Information',
      'Survival',
    ],
  },
  {
    name: 'Data Processing Agreement',
    title: /\bdata (?:processing|protection|privacy)\b/,
    expects: ['Parties', 'Data Protection', 'Audit Rights', 'Return Of Information', 'Confidentiality'],
  },
  {
    name: 'Non-Disclosure Agreement',
    title: /\bnon-? ?disclosure\b|\bconfidentiality agreement\b|\bconfidential disclosure\b|\bnda\b/,
    vocabulary: /\b(?:disclosing|receiving) party\b|\b(?:discloser|recipient)\b/g,
    expects: [...basics, 'Confidentiality', 'Expiration Date', 'Return Of Information', 'Survival', 'Anti-Assignment'],
  },
  {
    name: 'Non-Competition Agreement',
    title: /\bnon-? ?compet|\brestrictive covenant|\bnon-? ?solicit/,
    expects: [...basics, 'Non-Compete'],
  },
  {
    name: 'Invention Assignment Agreement',
    title: /\binventions?\b.*\bassignment\b|\bassignment\b.*\binventions?\b/,
    expects: [...basics, 'Confidentiality', 'Ip Ownership Assignment', 'Return Of Information'],
  },
  {
    name: 'Employment Agreement',
    title: /\bemployment\b|\boffer letter\b|\bexecutive (?:service|agreement)\b/,
    vocabulary: /\b(?:employee|employer|executive)\b/g,
    expects: [...basics, 'Payment Terms', 'Confidentiality', 'Ip Ownership Assignment', 'Termination For Cause'],
  },
  {
    name: 'Consulting Agreement',
    title: /\bconsult(?:ing|ancy|ant)\b|\bindependent contractor\b|\bfreelance\b/,
    vocabulary: /\b(?:consultant|contractor)\b/g,
    expects: [
      ...continuing,
      'Payment Terms',
      'Cap On Liability',
      'Confidentiality',
      'Ip Ownership Assignment',
      'Indemnification',
    ],
  },
  {
    name: 'Software or Cloud Service Agreement',
    title:
      /\bcloud\b|\bsaas\b|\bsoftware as a service\b|\bsubscription\b|\bhosting\b|\bonline service|\bpilot agreement|\bdesign partner|\bplatform\b/,
    vocabulary: /\b(?:cloud service|subscription|hosted service|saas)s?\b/g,
    expects: [...commercial, 'Data Protection', 'License Grant', 'Warranty Disclaimer'],
  },
  {
    name: 'Franchise Agreement',
    title: /\bfranchis/,
    vocabulary: /\bfranchis(?:ee|or)\b/g,
    expects: [
      ...commercial,
      'License Grant',
      'Exclusivity',
      'Audit Rights',
      'Insurance',
      'Non-Compete',
      'Renewal Term',
    ],
  },
  {
    name: 'Distribution or Reseller Agreement',
    title: /\bdistribut|\bresell|\bdealer|\bchannel partner|\bsales representative|\bwholesale\b|\bsales agency/,
    vocabulary: /\b(?:distributor|reseller|dealer)\b/g,
    expects: [...commercial, 'Exclusivity', 'License Grant', 'Minimum Commitment'],
  },
  {
    name: 'Manufacturing or Supply Agreement',
    title:
      /\bmanufactur|\bsupply\b|\bsupplier\b|\bpurchase agreement\b(?!.*\b(?:stock|share|asset)s?\b)|\bproduct sale/,
    vocabulary: /\b(?:manufacturer|supplier|purchase order)s?\b/g,
    expects: [...commercial, 'Warranty Duration', 'Insurance', 'Audit Rights'],
  },
  {
    name: 'Investment or Share Agreement',
    title:
      /\b(?:stock|share|securities|unit|note)s?\b.*\b(?:purchase|repurchase|subscription|investment|exchange)\b|\binvestment agreement\b|\bshareholders?\b|\bstockholders?\b|\bsubscription agreement\b|\bcooperation agreement\b|\bstandstill\b/,
    expects: [...basics, 'Warranty', 'Notices', 'Anti-Assignment'],
  },
  {
    name: 'Agency or Underwriting Agreement',
    title: /\bagency\b|\bunderwriting\b|\bplacement\b|\bremarketing\b|\bagents?\b/,
    expects: [...basics, 'Indemnification', 'Warranty', 'Notices', 'Payment Terms'],
  },
  {
    name: 'License Agreement',
    title: /\blicen[cs]/,
    vocabulary: /\blicens(?:ee|or)\b/g,
    expects: [...commercial, 'License Grant', 'Non-Transferable License', 'Warranty Disclaimer'],
  },
  {
    name: 'Collaboration or Joint Venture Agreement',
    title:
      /\bcollaborat|\bjoint venture\b|\bjoint development\b|\bco-? ?development\b|\bstrategic alliance\b|\balliance\b|\bpartnership\b|\bteaming\b|\bresearch\b/,
    expects: [...commercial, 'Ip Ownership Assignment'],
  },
  {
    name: 'Sponsorship, Promotion or Endorsement Agreement',
    title: /\bsponsor|\bendors|\bpromot|\bmarketing\b|\bco-? ?brand|\badvertis|\baffiliate\b|\breferral\b/,
    expects: [
      ...continuing,
      'Payment Terms',
      'License Grant',
      'Confidentiality',
      'Indemnification',
      'Cap On Liability',
    ],
  },
  {
    name: 'Development Agreement',
    title: /\bdevelopment\b|\bdesign\b/,
    expects: [...commercial, 'Ip Ownership Assignment', 'Warranty Disclaimer'],
  },
  {
    name: 'Maintenance or Support Agreement',
    title: /(?<!\bcapital )(?:\bmaintenance\b|\bsupport\b)/,
    expects: commercial,
  },
  {
    name: 'Transportation Agreement',
    title: /\btransport|\bcarrier\b|\bfreight\b|\blogistics\b|\bshipping\b/,
    expects: [...commercial, 'Insurance'],
  },
  {
    name: 'Intellectual Property Agreement',
    title: /\bintellectual property\b|\bpatent\b|\btrademark\b|\bip rights?\b/,
    expects: [...basics, 'License Grant', 'Anti-Assignment', 'Notices'],
  },
  {
    name: 'Services Agreement',
    title:
      /\bservic|\boutsourc|\bstatement of work\b|\bmaster agreement\b|\badministration\b|\bmanagement\b|\boperation\b/,
    vocabulary: /\b(?:services?|service provider)\b/g,
    expects: [...commercial, 'Insurance', 'Ip Ownership Assignment'],
  },
  {
    name: 'Lease',
    title: /\blease\b|\brental\b|\btenancy\b/,
    vocabulary: /\b(?:tenant|landlord|lessee|lessor)\b/g,
    expects: [...continuing, 'Payment Terms', 'Insurance', 'Indemnification'],
  },
  {
    name: 'Loan or Guarantee',
    title:
      /\bcapital (?:maintenance|support)\b|\bkeep-?well\b|\bloan\b|\bcredit\b|\bguarant|\bpromissory\b|\bindenture\b|\bsecurity agreement\b/,
    expects: [...basics, 'Payment Terms', 'Notices'],
  },
];

/** What a contract of no recognised kind is held to. */
const generalAgreement: Pick<DocumentType, 'name' | 'expects'> = { name: 'Agreement', expects: continuing };

/** What a text is called that does not read like a contract; nothing is missing from it. */
export const notAContract: Pick<DocumentType, 'name' | 'expects'> = {
  name: 'Not recognised as a contract',
  expects: [],
};

/** What a document is called that sets terms which stand elsewhere. */
const coverPage: Pick<DocumentType, 'name' | 'expects'> = {
  name: 'Cover Page or Order Form',
  expects: ['Parties', 'Effective Date'],
};

/** A longer text has terms of its own, whatever it refers to. */
const longestCoverPage = 6000;
const refersToTerms =
  /\b(?:incorporat\w{1,4}|governed by|available at|posted at|consists of|subject to|reference copy)\b.{0,160}\b(?:terms|agreement|conditions)\b/;

/** How often a type's vocabulary must occur for it to count, per 10,000 characters. */
const tellingDensity = 4;

/**
 * The type of a contract: by its title, or, when the title tells nothing, by the vocabulary that its text uses most.
 *
 * @param lower the document's text in lower case.
 */
export function typeOf(title: string | undefined, lower: string): Pick<DocumentType, 'name' | 'expects'> {
  const called = title?.toLowerCase() ?? '';
  if (lower.length <= longestCoverPage && /\bcover page\b|\border form\b/.test(lower) && refersToTerms.test(lower))
    return coverPage;
  const byTitle = documentTypes.find((type) => type.title.test(called));
  if (byTitle) return byTitle;
  const sample = lower.slice(0, 100_000);
  let best: DocumentType | undefined;
  let most = Math.max(3, (sample.length / 10_000) * tellingDensity);
  for (const type of documentTypes) {
    const count = type.vocabulary ? (sample.match(type.vocabulary)?.length ?? 0) : 0;
    if (count > most) {
      best = type;
      most = count;
    }
  }
  return best ?? generalAgreement;
}
