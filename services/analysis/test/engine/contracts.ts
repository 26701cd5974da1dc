/** The clauses of a balanced services agreement of our own writing, by subject. */
export const balancedClauses = {
  services: '1. Services. The Supplier shall provide the services described in Annex 1 with reasonable skill and care.',
  fees: '2. Fees. The Customer shall pay the fees stated in Annex 2 within thirty (30) days of receipt of an invoice.',
  confidentiality:
    '3. Confidentiality. Each party shall keep the Confidential Information of the other party confidential for three years after it was received and shall return it on request.',
  dataProtection:
    '4. Data Protection. The Supplier shall process personal data only on the instructions of the Customer and in compliance with data protection laws.',
  ownership: '5. Intellectual Property. Each party keeps what it owned before.',
  warranty: '6. Warranty. The Supplier warrants that the services conform to Annex 1.',
  liability:
    '7. Limitation of Liability. In no event shall either party be liable for indirect or consequential damages, and the aggregate liability of each party shall not exceed $500,000.',
  indemnity:
    '8. Indemnification. Each party shall indemnify the other party against third party claims that its own negligence has caused.',
  insurance: '9. Insurance. The Supplier shall maintain commercial general liability insurance of at least $1,000,000.',
  term: '10. Term. This Agreement commences on the Effective Date and continues for a term of three (3) years.',
  termination:
    '11. Termination. Either party may terminate this Agreement by written notice if the other party commits a material breach and fails to cure it within thirty days.',
  assignment:
    '12. Assignment. Neither party may assign this Agreement without the prior written consent of the other party.',
  forceMajeure: '13. Force Majeure. Neither party is liable for delays caused by events beyond its reasonable control.',
  law: '14. Governing Law. This Agreement is governed by the laws of the State of Oregon.',
  disputes: '15. Disputes. All disputes are finally settled by binding arbitration in Portland.',
  notices: '16. Notices. Notices must be in writing and delivered by courier.',
  entire:
    '17. Entire Agreement. This Agreement is the entire agreement of the parties and may be amended only by a writing that both parties have signed.',
  survival: '18. Survival. Sections 3 and 7 survive the expiration of this Agreement for three years.',
} as const;

export type ClauseName = keyof typeof balancedClauses;

export const opening = `SERVICES AGREEMENT

This Services Agreement (the "Agreement") is made as of March 1, 2024 (the "Effective Date") between Alder Works, Inc., a Delaware corporation ("Supplier"), and Birch Foods LLC, an Oregon limited liability company ("Customer").

The parties agree as follows:`;

export interface ContractChanges {
  opening?: string;
  /** Clauses left out. */
  without?: readonly ClauseName[];
  /** Clauses added at the end, each as one paragraph. */
  with?: readonly string[];
  /** Paragraphs added as they are: options, rows of a table. */
  paragraphs?: readonly string[];
}

/** The balanced agreement with changes. */
export function contract(changes: ContractChanges = {}): string {
  const kept = Object.entries(balancedClauses)
    .filter(([name]) => !changes.without?.includes(name as ClauseName))
    .map(([, text]) => text);
  const added = (changes.with ?? []).map((text, index) => `${30 + index}. Special Terms. ${text}`);
  const signatures = 'IN WITNESS WHEREOF the parties have signed this Agreement.';
  const annexes = ['Annex 1: Services', 'Annex 2: Prices'];
  return [changes.opening ?? opening, ...kept, ...added, ...(changes.paragraphs ?? []), signatures, ...annexes].join(
    '\n\n',
  );
}
