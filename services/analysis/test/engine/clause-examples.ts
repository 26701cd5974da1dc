import type { Topic } from '../../src/engine/builtin/clauses/categories.ts';

/** Sentences of our own writing that are, and that only look like, the clause. Where a category needs a neighbour, `after` is it. */
export interface ClauseExamples {
  topic: Topic;
  after?: string;
  clauses: readonly string[];
  lookalikes: readonly string[];
}

export const clauseExamples: readonly ClauseExamples[] = [
  {
    topic: 'Renewal Term',
    clauses: [
      'Upon expiry of the first period this Agreement shall automatically renew for successive terms of one (1) year each.',
      'The Tenant has the option to extend the initial term for a further period of five years.',
    ],
    lookalikes: [
      'The Supplier shall renew its insurance certificates every year.',
      'The Parties may extend the Term by mutual written agreement of their boards.',
    ],
  },
  {
    topic: 'Notice Period To Terminate Renewal',
    after: 'This Agreement shall automatically renew for successive periods of one year.',
    clauses: [
      'Either Party may prevent the renewal by giving notice of non-renewal at least sixty (60) days before the end of the then current term.',
      'It is renewed automatically unless a Party declares in writing, three months prior to the expiration of the term, that it wishes not to extend it.',
    ],
    lookalikes: [
      'The Customer shall pay each invoice within thirty (30) days of its date.',
      'The Supplier keeps a sufficient stock of spare parts.',
    ],
  },
  {
    topic: 'Governing Law',
    clauses: [
      'This Agreement is governed by and construed in accordance with the laws of the State of Oregon.',
      'The law of England and Wales shall apply to all claims that arise out of this contract.',
    ],
    lookalikes: [
      'Each Party is a company duly organized and existing under the laws of Ohio.',
      'The Contractor shall comply with all applicable laws.',
    ],
  },
  {
    topic: 'Most Favored Nation',
    clauses: [
      'The Supplier shall treat the Buyer as its most favoured customer in everything that concerns price.',
      'The fees charged to the Client shall be no less favorable than those offered to any other customer for similar volumes.',
    ],
    lookalikes: [
      'The Buyer favors suppliers from the region.',
      'The wages shall be no less favourable than those that other employees of the Company receive.',
    ],
  },
  {
    topic: 'Competitive Restriction Exception',
    after: 'During the Term the Distributor shall not sell any products that compete with the Products.',
    clauses: [
      'Notwithstanding the foregoing, the Distributor may continue to sell the brands listed in Annex 4.',
      'Section 7.1 does not restrict the Distributor from selling what it has in stock.',
      'This restriction shall not apply to the ownership of less than two percent of the shares of a publicly listed company.',
    ],
    lookalikes: ['The Distributor keeps records of all sales.', 'Invoices are sent by email.'],
  },
  {
    topic: 'Non-Compete',
    clauses: [
      'For two years after the end of this Agreement the Seller shall not, directly or indirectly, engage in any business that competes with the Business.',
      'During the Term the Agent will not represent any manufacturer of competing products in the Territory.',
    ],
    lookalikes: [
      'The Supplier shall offer competitive prices.',
      'The Recipient shall not disclose Confidential Information to any competitor of the Discloser.',
    ],
  },
  {
    topic: 'Exclusivity',
    clauses: [
      'The Company hereby appoints the Dealer as its exclusive distributor of the Machines in Norway.',
      'The Hotel shall purchase all of its requirements of linen exclusively from the Laundry.',
    ],
    lookalikes: [
      'The licence granted here is non-exclusive.',
      'The courts of Vienna have exclusive jurisdiction.',
      'Repair is the exclusive remedy of the Buyer.',
    ],
  },
  {
    topic: 'No-Solicit Of Customers',
    clauses: [
      'For twelve months after termination the Consultant shall not solicit or entice away any customer of the Company.',
      'The Agent agrees not to divert or attempt to divert any clients of the Firm to another firm.',
    ],
    lookalikes: [
      'The Agent shall solicit orders for the Products in the Territory.',
      'The Company supports its customers by telephone.',
    ],
  },
  {
    topic: 'No-Solicit Of Employees',
    clauses: [
      'Neither party shall, during the Term and for one year thereafter, solicit or hire any employee of the other party.',
      'The Client agrees not to recruit, directly or through others, the personnel of the Agency.',
    ],
    lookalikes: [
      'The Contractor shall employ qualified personnel.',
      'The employees of the Supplier shall not smoke on the premises.',
    ],
  },
  {
    topic: 'Non-Disparagement',
    clauses: [
      'Neither party shall disparage the other, its officers or its products.',
      'The Executive will not make derogatory statements about the Company.',
    ],
    lookalikes: [
      'Each party may make statements about the existence of this Agreement.',
      'The Company may comment on drafts.',
    ],
  },
  {
    topic: 'Termination For Convenience',
    clauses: [
      'Either party may terminate this Agreement for convenience on thirty (30) days written notice.',
      'The Customer may cancel the contract at any time without cause.',
      'This Agreement may be terminated by any party upon ninety days prior written notice.',
      'The employment of the Employee is at will.',
    ],
    lookalikes: [
      'Either party may terminate this Agreement on thirty days notice if the other commits a material breach and fails to cure it.',
      'Upon termination of this Agreement for any reason, the Recipient shall return all documents.',
      'The Customer has no right to terminate this Agreement for convenience.',
    ],
  },
  {
    topic: 'Rofr/Rofo/Rofn',
    clauses: [
      'The Investor has a right of first refusal on any new shares.',
      'The Publisher is granted a right of first negotiation for the sequel.',
    ],
    lookalikes: ['The first delivery takes place in May.', 'The Customer may refuse goods that are late.'],
  },
  {
    topic: 'Change Of Control',
    clauses: [
      'If a change of control of the Supplier occurs, the Customer may terminate this Agreement with immediate effect.',
      'A merger or a sale of substantially all of its assets is deemed an assignment and needs the prior written consent of the other party.',
    ],
    lookalikes: [
      'Neither party is liable for events beyond its control.',
      '"Control" means the power to direct the management of a company.',
    ],
  },
  {
    topic: 'Anti-Assignment',
    clauses: [
      'Neither party may assign this Agreement without the prior written consent of the other.',
      'Any attempted transfer of rights under this contract is void.',
    ],
    lookalikes: [
      'The manager assigns tasks to the staff.',
      'The Contractor hereby assigns to the Company all right, title and interest in the inventions.',
    ],
  },
  {
    topic: 'Revenue/Profit Sharing',
    clauses: [
      'The Licensee shall pay a royalty of seven percent (7%) of Net Sales every quarter.',
      'The parties share the net profits of the venture in equal parts.',
    ],
    lookalikes: ['The Vendor grants a royalty-free licence.', 'Late payments bear interest at 4% per annum.'],
  },
  {
    topic: 'Price Restrictions',
    clauses: [
      'The Supplier may increase the prices once per year by no more than three percent.',
      'The fees shall remain fixed for the first two years of the term.',
    ],
    lookalikes: [
      'The price is payable in euros.',
      'Overdue amounts bear interest at the lesser of 8% and the maximum rate.',
    ],
  },
  {
    topic: 'Minimum Commitment',
    clauses: [
      'The Distributor undertakes a minimum purchase of 5,000 units in each contract year.',
      'The Buyer shall order at least 200 units per month from the Seller.',
    ],
    lookalikes: [
      'The policy has minimum limits of $1,000,000 per insured event.',
      'Notice must be given at least 30 days in advance.',
    ],
  },
  {
    topic: 'Volume Restriction',
    clauses: [
      'If use exceeds 10,000 transactions in a month, an additional fee of $0.10 per transaction is due.',
      'The maximum number of users is fifty; each further user needs consent.',
    ],
    lookalikes: ['The damages shall not exceed the fees paid.', 'The Supplier may deliver in several lots.'],
  },
  {
    topic: 'Liquidated Damages',
    clauses: [
      'For each week of delay the Builder owes liquidated damages of $5,000.',
      'If the Customer ends the contract early, it shall pay an early termination fee of three monthly instalments.',
    ],
    lookalikes: ['No termination fee is payable.', 'The damages of the Buyer are limited to the purchase price.'],
  },
  {
    topic: 'Warranty Duration',
    clauses: [
      'The Seller warrants the machine against defects for a period of twelve (12) months from delivery.',
      'The warranty period is two years.',
    ],
    lookalikes: [
      'The goods are sold without warranty of any kind.',
      'Each party represents and warrants that it has full power to enter into this Agreement.',
    ],
  },
  {
    topic: 'Insurance',
    clauses: [
      'The Contractor shall maintain commercial general liability insurance of at least $2,000,000.',
      'Each policy shall name the Owner as an additional insured.',
    ],
    lookalikes: [
      'The Bank is in the insurance business.',
      'The Contractor is an independent contractor and receives no health insurance or other employee benefits.',
    ],
  },
  {
    topic: 'License Grant',
    clauses: [
      'The Licensor hereby grants to the Licensee a non-exclusive licence to use the Software.',
      'The Customer is granted the right to use the photographs in its catalogue.',
    ],
    lookalikes: [
      'Nothing in this Agreement grants any licence under any patent.',
      'The Contractor holds all licences that its trade needs.',
    ],
  },
  {
    topic: 'Non-Transferable License',
    clauses: [
      'The Licensee receives a non-exclusive, non-transferable licence to the Database.',
      'The licence is granted without the right to sublicense.',
    ],
    lookalikes: ['The licence is fully transferable.', 'The shares are non-transferable.'],
  },
  {
    topic: 'Affiliate License-Licensor',
    clauses: [
      'The Licensor, on behalf of itself and its affiliates, grants the Licensee a licence under their patents.',
      'The Owner shall cause its affiliates to grant the same licence.',
    ],
    lookalikes: [
      'The Licensor informs its affiliates of this Agreement.',
      'The Licensor grants a licence under its own patents.',
    ],
  },
  {
    topic: 'Affiliate License-Licensee',
    clauses: [
      'The Vendor grants to the Customer and its affiliates a licence to use the Platform.',
      'The Licensee may sublicense its rights to its affiliates.',
    ],
    lookalikes: [
      'The Customer informs its affiliates.',
      'The Vendor grants the Customer a licence for its own use only.',
    ],
  },
  {
    topic: 'Unlimited/All-You-Can-Eat-License',
    clauses: [
      'The fee covers an unlimited number of users.',
      'The Bank receives an enterprise-wide licence of the Software.',
    ],
    lookalikes: ['The liability of the Supplier is not unlimited.', 'Up to fifty users may be registered.'],
  },
  {
    topic: 'Irrevocable Or Perpetual License',
    clauses: [
      'The Author grants the Publisher a perpetual and irrevocable licence to print the Work.',
      'The licence is granted in perpetuity.',
    ],
    lookalikes: [
      'Each party irrevocably submits to the jurisdiction of the courts of Geneva.',
      'The licence ends with this Agreement.',
    ],
  },
  {
    topic: 'Source Code Escrow',
    clauses: [
      'The Developer shall deposit the source code of the Software with an escrow agent.',
      'The escrow agent releases the source code if the Developer becomes insolvent.',
    ],
    lookalikes: ['The purchase price is held in escrow until closing.', 'The Developer owns the source code.'],
  },
  {
    topic: 'Ip Ownership Assignment',
    clauses: [
      'The Consultant hereby assigns to the Company all right, title and interest in the Inventions.',
      'All Deliverables shall be the sole property of the Client.',
    ],
    lookalikes: [
      'Each party retains its pre-existing intellectual property.',
      'Neither party may assign this Agreement.',
    ],
  },
  {
    topic: 'Joint Ip Ownership',
    clauses: [
      'The parties shall jointly own all inventions that their teams make together.',
      'The Results are owned jointly.',
    ],
    lookalikes: ['The parties are jointly and severally liable.', 'The Client owns the Results.'],
  },
  {
    topic: 'Post-Termination Services',
    clauses: [
      'Upon termination of this Agreement the Supplier shall provide transition assistance for six months.',
      'After expiration the Distributor may sell its remaining inventory during a sell-off period of 90 days.',
    ],
    lookalikes: [
      'The Supplier trains the staff during the Term.',
      'Upon termination each party shall return the Confidential Information of the other.',
    ],
  },
  {
    topic: 'Audit Rights',
    clauses: [
      'The Licensor may audit the books and records of the Licensee once a year.',
      'The Supplier shall keep complete records and make them available for inspection.',
    ],
    lookalikes: [
      'The Company publishes audited financial statements.',
      'The Buyer shall inspect the goods on delivery.',
    ],
  },
  {
    topic: 'Cap On Liability',
    clauses: [
      'The aggregate liability of the Supplier shall not exceed the fees paid in the preceding year.',
      'In no event shall either party be liable for indirect or consequential damages.',
    ],
    lookalikes: ['Acme Trading is a limited liability company.', 'The Supplier is liable for its subcontractors.'],
  },
  {
    topic: 'Uncapped Liability',
    clauses: [
      'The foregoing limitations shall not apply to a breach of confidentiality or to gross negligence.',
      'Nothing in this Agreement limits or excludes liability for fraud, death or personal injury.',
    ],
    lookalikes: [
      'In no event shall either party be liable for indirect damages.',
      'These obligations shall not apply to information that is publicly known.',
    ],
  },
  {
    topic: 'Covenant Not To Sue',
    clauses: [
      "The Licensee shall not contest or challenge the validity of the Licensor's trademarks.",
      'The Buyer covenants not to sue the Seller under the Patents.',
    ],
    lookalikes: ['The parties waive trial by jury.', 'No failure or delay in exercising any right is a waiver of it.'],
  },
  {
    topic: 'Third Party Beneficiary',
    clauses: [
      'The Landlord is an intended third-party beneficiary of this Sublease.',
      'The Franchisor shall be a third party beneficiary with the right to enforce this covenant.',
    ],
    lookalikes: [
      'There are no third-party beneficiaries of this Agreement.',
      'Nothing in this Agreement confers any benefit on any third party.',
    ],
  },
  // Supplementary topics.
  {
    topic: 'Confidentiality',
    clauses: ['Each party shall keep the Confidential Information of the other strictly confidential.'],
    lookalikes: ['The parties meet twice a year.'],
  },
  {
    topic: 'Data Protection',
    clauses: [
      'The Processor shall process personal data only on documented instructions and in compliance with data protection laws.',
    ],
    lookalikes: ['The data sheet of the Product is attached.'],
  },
  {
    topic: 'Indemnification',
    clauses: ['The Supplier shall indemnify the Buyer against all third party claims.'],
    lookalikes: ['The Supplier shall inform the Buyer of all claims.'],
  },
  {
    topic: 'Termination For Cause',
    clauses: ['A party may terminate this Agreement if the other commits a material breach.'],
    lookalikes: ['The Agreement runs for three years.'],
  },
  {
    topic: 'Payment Terms',
    clauses: [
      'The Buyer pays $12 for each crate of apples that it takes.',
      'Invoices are payable within 30 days of receipt.',
    ],
    lookalikes: ['The Supplier delivers on Mondays.'],
  },
  {
    topic: 'Warranty',
    clauses: ['The Seller warrants that the goods are new.'],
    lookalikes: ['The goods are packed in boxes.'],
  },
  {
    topic: 'Warranty Disclaimer',
    clauses: ['The Licensor disclaims all implied warranties of merchantability and fitness for a particular purpose.'],
    lookalikes: ['The Licensor delivers the Software on a disk.'],
  },
  {
    topic: 'Dispute Resolution',
    clauses: ['All disputes are settled by binding arbitration in Zurich.'],
    lookalikes: ['The parties meet in Zurich.'],
  },
  {
    topic: 'Force Majeure',
    clauses: ['Neither party is liable for delays caused by events beyond its reasonable control.'],
    lookalikes: ['Quality control is done by the Supplier.'],
  },
  {
    topic: 'Entire Agreement',
    clauses: ['This contract is the entire agreement of the parties and supersedes all earlier ones.'],
    lookalikes: ['The whole shipment is insured.'],
  },
  {
    topic: 'Amendment In Writing',
    clauses: ['This Agreement may be amended only in writing signed by both parties.'],
    lookalikes: ['The writing on the label is black.'],
  },
  {
    topic: 'Notices',
    clauses: ['Notices under this Agreement must be in writing and delivered by courier.'],
    lookalikes: ['The Supplier noticed the defect.'],
  },
  {
    topic: 'Survival',
    clauses: ['Sections 5 and 9 survive the termination of this Agreement.'],
    lookalikes: ['The plants survive the winter in the greenhouse.'],
  },
  {
    topic: 'Return Of Information',
    clauses: ['The Recipient shall return or destroy all Confidential Information on request.'],
    lookalikes: ['The Recipient shall return the call.'],
  },
];
