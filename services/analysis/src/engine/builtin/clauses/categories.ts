/**
 * The 41 clause categories of the Contract Understanding Atticus Dataset (The Atticus Project, CC BY 4.0), named exactly
 * as the dataset names them; every review answers for each.
 */
export const cuadCategories = [
  'Document Name',
  'Parties',
  'Agreement Date',
  'Effective Date',
  'Expiration Date',
  'Renewal Term',
  'Notice Period To Terminate Renewal',
  'Governing Law',
  'Most Favored Nation',
  'Competitive Restriction Exception',
  'Non-Compete',
  'Exclusivity',
  'No-Solicit Of Customers',
  'No-Solicit Of Employees',
  'Non-Disparagement',
  'Termination For Convenience',
  'Rofr/Rofo/Rofn',
  'Change Of Control',
  'Anti-Assignment',
  'Revenue/Profit Sharing',
  'Price Restrictions',
  'Minimum Commitment',
  'Volume Restriction',
  'Ip Ownership Assignment',
  'Joint Ip Ownership',
  'License Grant',
  'Non-Transferable License',
  'Affiliate License-Licensor',
  'Affiliate License-Licensee',
  'Unlimited/All-You-Can-Eat-License',
  'Irrevocable Or Perpetual License',
  'Source Code Escrow',
  'Post-Termination Services',
  'Audit Rights',
  'Uncapped Liability',
  'Cap On Liability',
  'Liquidated Damages',
  'Warranty Duration',
  'Insurance',
  'Covenant Not To Sue',
  'Third Party Beneficiary',
] as const;

export type CuadCategory = (typeof cuadCategories)[number];

/** What a reviewer also looks for and CUAD has no category for. They feed risks and missing clauses, not `clauses`. */
export const supplementaryTopics = [
  'Confidentiality',
  'Data Protection',
  'Indemnification',
  'Termination For Cause',
  'Payment Terms',
  'Warranty',
  'Warranty Disclaimer',
  'Dispute Resolution',
  'Force Majeure',
  'Entire Agreement',
  'Amendment In Writing',
  'Notices',
  'Survival',
  'Return Of Information',
] as const;

export type SupplementaryTopic = (typeof supplementaryTopics)[number];

export type Topic = CuadCategory | SupplementaryTopic;
