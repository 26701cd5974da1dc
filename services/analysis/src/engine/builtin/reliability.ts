import type { CuadCategory } from './clauses/categories.ts';

/** How often an answer of the engine is right, in [0, 1]: of its "present", and of its "absent". */
export interface Reliability {
  present: number;
  absent: number;
}

/**
 * Measured on the 408 training contracts of CUAD v1 (The Atticus Project, CC BY 4.0), on which the rules were also written, so
 * they flatter a little; smoothed by one right and one wrong answer. To be measured again whenever the rules change.
 */
export const reliability: Readonly<Record<CuadCategory, Reliability>> = {
  'Document Name': { present: 1.0, absent: 0.08 },
  Parties: { present: 1.0, absent: 0.05 },
  'Agreement Date': { present: 0.95, absent: 0.25 },
  'Effective Date': { present: 0.87, absent: 0.78 },
  'Expiration Date': { present: 0.92, absent: 0.63 },
  'Renewal Term': { present: 0.86, absent: 0.94 },
  'Notice Period To Terminate Renewal': { present: 0.85, absent: 0.93 },
  'Governing Law': { present: 0.99, absent: 0.84 },
  'Most Favored Nation': { present: 0.7, absent: 0.97 },
  'Competitive Restriction Exception': { present: 0.37, absent: 0.87 },
  'Non-Compete': { present: 0.77, absent: 0.88 },
  Exclusivity: { present: 0.75, absent: 0.88 },
  'No-Solicit Of Customers': { present: 0.58, absent: 0.96 },
  'No-Solicit Of Employees': { present: 0.77, absent: 0.97 },
  'Non-Disparagement': { present: 0.56, absent: 0.96 },
  'Termination For Convenience': { present: 0.74, absent: 0.87 },
  'Rofr/Rofo/Rofn': { present: 0.7, absent: 0.92 },
  'Change Of Control': { present: 0.64, absent: 0.9 },
  'Anti-Assignment': { present: 0.96, absent: 0.84 },
  'Revenue/Profit Sharing': { present: 0.72, absent: 0.9 },
  'Price Restrictions': { present: 0.35, absent: 0.98 },
  'Minimum Commitment': { present: 0.77, absent: 0.85 },
  'Volume Restriction': { present: 0.41, absent: 0.88 },
  'Ip Ownership Assignment': { present: 0.71, absent: 0.9 },
  'Joint Ip Ownership': { present: 0.73, absent: 0.98 },
  'License Grant': { present: 0.87, absent: 0.9 },
  'Non-Transferable License': { present: 0.88, absent: 0.91 },
  'Affiliate License-Licensor': { present: 0.73, absent: 0.97 },
  'Affiliate License-Licensee': { present: 0.67, absent: 0.95 },
  'Unlimited/All-You-Can-Eat-License': { present: 0.62, absent: 0.98 },
  'Irrevocable Or Perpetual License': { present: 0.9, absent: 0.99 },
  'Source Code Escrow': { present: 0.71, absent: 0.99 },
  'Post-Termination Services': { present: 0.68, absent: 0.86 },
  'Audit Rights': { present: 0.91, absent: 0.92 },
  'Uncapped Liability': { present: 0.71, absent: 0.96 },
  'Cap On Liability': { present: 0.94, absent: 0.84 },
  'Liquidated Damages': { present: 0.68, absent: 0.96 },
  'Warranty Duration': { present: 0.78, absent: 0.93 },
  Insurance: { present: 0.92, absent: 0.97 },
  'Covenant Not To Sue': { present: 0.66, absent: 0.93 },
  'Third Party Beneficiary': { present: 0.73, absent: 0.97 },
};
