import type { CuadCategory } from './clauses/categories.ts';

/** How often an answer of the engine is right, in [0, 1]: of its "present", and of its "absent". */
export interface Reliability {
  present: number;
  absent: number;
}

/**
 * Measured by cross-validation on the 408 training contracts of CUAD v1 (The Atticus Project, CC BY 4.0), smoothed by one right and
 * one wrong answer: the last two columns of the table in docs/model-card.md. To be measured again whenever the model is trained anew.
 */
export const reliability: Readonly<Record<CuadCategory, Reliability>> = {
  'Document Name': { present: 1.0, absent: 0.5 },
  Parties: { present: 1.0, absent: 0.5 },
  'Agreement Date': { present: 0.94, absent: 0.69 },
  'Effective Date': { present: 0.81, absent: 0.89 },
  'Expiration Date': { present: 0.93, absent: 0.82 },
  'Renewal Term': { present: 0.88, absent: 0.93 },
  'Notice Period To Terminate Renewal': { present: 0.88, absent: 0.94 },
  'Governing Law': { present: 0.99, absent: 0.88 },
  'Most Favored Nation': { present: 0.75, absent: 0.95 },
  'Competitive Restriction Exception': { present: 0.5, absent: 0.87 },
  'Non-Compete': { present: 0.84, absent: 0.9 },
  Exclusivity: { present: 0.77, absent: 0.89 },
  'No-Solicit Of Customers': { present: 0.67, absent: 0.95 },
  'No-Solicit Of Employees': { present: 0.92, absent: 0.99 },
  'Non-Disparagement': { present: 0.75, absent: 0.96 },
  'Termination For Convenience': { present: 0.72, absent: 0.92 },
  'Rofr/Rofo/Rofn': { present: 0.82, absent: 0.94 },
  'Change Of Control': { present: 0.69, absent: 0.92 },
  'Anti-Assignment': { present: 0.97, absent: 0.9 },
  'Revenue/Profit Sharing': { present: 0.77, absent: 0.93 },
  'Price Restrictions': { present: 0.5, absent: 0.97 },
  'Minimum Commitment': { present: 0.76, absent: 0.86 },
  'Volume Restriction': { present: 0.7, absent: 0.88 },
  'Ip Ownership Assignment': { present: 0.85, absent: 0.94 },
  'Joint Ip Ownership': { present: 0.84, absent: 0.98 },
  'License Grant': { present: 0.91, absent: 0.95 },
  'Non-Transferable License': { present: 0.84, absent: 0.94 },
  'Affiliate License-Licensor': { present: 0.7, absent: 0.97 },
  'Affiliate License-Licensee': { present: 0.66, absent: 0.95 },
  'Unlimited/All-You-Can-Eat-License': { present: 0.6, absent: 0.97 },
  'Irrevocable Or Perpetual License': { present: 0.95, absent: 0.98 },
  'Source Code Escrow': { present: 0.83, absent: 0.99 },
  'Post-Termination Services': { present: 0.69, absent: 0.86 },
  'Audit Rights': { present: 0.94, absent: 0.98 },
  'Uncapped Liability': { present: 0.74, absent: 0.97 },
  'Cap On Liability': { present: 0.94, absent: 0.92 },
  'Liquidated Damages': { present: 0.89, absent: 0.95 },
  'Warranty Duration': { present: 0.87, absent: 0.94 },
  Insurance: { present: 0.95, absent: 0.97 },
  'Covenant Not To Sue': { present: 0.86, absent: 0.95 },
  'Third Party Beneficiary': { present: 0.75, absent: 0.96 },
};
