import type { ContractChanges } from './contracts.ts';

/** For each rule, a change to the balanced agreement that brings the risk, and one that looks like it and does not. */
export interface RiskExample {
  ruleId: string;
  risky: ContractChanges;
  harmless: ContractChanges;
  /** Whether the risk is that something is not there, so that there is nothing to quote. */
  quotesNothing?: true;
}

const add = (...texts: string[]): ContractChanges => ({ with: texts });

export const riskExamples: readonly RiskExample[] = [
  {
    ruleId: 'unlimited-liability',
    risky: add('For a loss of data the liability of the Supplier is unlimited.'),
    harmless: add('Birch Holdings is an unlimited liability company.'),
  },
  { ruleId: 'no-liability-cap', risky: { without: ['liability'] }, harmless: {}, quotesNothing: true },
  {
    ruleId: 'liability-carve-outs',
    risky: add('The foregoing limitations shall not apply to a breach of confidentiality.'),
    harmless: add('These obligations shall not apply to information that is publicly known.'),
  },
  {
    ruleId: 'one-sided-liability-cap',
    risky: {
      without: ['liability'],
      with: ['The Supplier shall not be liable for indirect or consequential damages.'],
    },
    harmless: {},
  },
  {
    ruleId: 'liquidated-damages',
    risky: add('For each day of delay the Supplier owes liquidated damages of $1,000.'),
    harmless: add('The Supplier informs the Customer of each day of delay.'),
  },
  {
    ruleId: 'one-sided-indemnity',
    risky: {
      without: ['indemnity'],
      with: ['The Supplier shall indemnify and hold harmless the Customer against all claims.'],
    },
    harmless: {
      without: ['indemnity'],
      with: [
        'The Supplier shall indemnify the Customer, and the Customer shall indemnify the Supplier, against claims of third persons.',
      ],
    },
  },
  {
    ruleId: 'unlimited-indemnity',
    risky: add('The Supplier shall indemnify the Customer against all losses of any kind, without limit.'),
    harmless: add(
      'Each party shall indemnify the other party against third party claims, including, without limit, those of its staff.',
    ),
  },
  {
    ruleId: 'indemnity-for-others-fault',
    risky: add(
      'The Supplier shall indemnify the Customer against all claims, whether or not caused by the negligence of the Customer.',
    ),
    harmless: add('Each party shall indemnify the other party against claims that it has caused by its negligence.'),
  },
  {
    ruleId: 'as-is',
    risky: add('The software is provided "as is".'),
    harmless: add('The Supplier works as is usual in the trade.'),
  },
  {
    ruleId: 'low-liability-cap',
    risky: { without: ['liability'], with: ['The aggregate liability of each party shall not exceed $500.'] },
    harmless: { without: ['liability'], with: ['The aggregate liability of each party shall not exceed $750,000.'] },
  },
  {
    ruleId: 'short-claim-period',
    risky: add('No action under this Agreement may be brought more than six (6) months after the event.'),
    harmless: add('No action under this Agreement may be brought more than four (4) years after the event.'),
  },
  {
    ruleId: 'sole-remedy',
    risky: add("Replacement of the reports is the Customer's sole and exclusive remedy for defects."),
    harmless: add('Replacement of the reports is not the sole remedy for defects.'),
  },
  {
    ruleId: 'one-sided-termination',
    risky: add('The Customer may terminate this Agreement for convenience on sixty days written notice.'),
    harmless: add('Either party may terminate this Agreement for convenience on sixty days written notice.'),
  },
  {
    ruleId: 'short-termination-notice',
    risky: add('Either party may terminate this Agreement without cause on ten (10) days written notice.'),
    harmless: add('Either party may terminate this Agreement without cause on ninety (90) days written notice.'),
  },
  {
    ruleId: 'termination-at-once',
    risky: add('Either party may end this Agreement at any time, with or without advance notice.'),
    harmless: add('Either party may end this Agreement at any time without notice if the other party is in default.'),
  },
  {
    ruleId: 'no-termination-right',
    risky: { without: ['termination'] },
    harmless: {
      without: ['termination'],
      with: ['Either party may terminate this Agreement for any reason on 60 days notice.'],
    },
    quotesNothing: true,
  },
  {
    ruleId: 'termination-without-cure',
    risky: add('The Supplier may terminate this Agreement with immediate effect upon any breach by the Customer.'),
    harmless: add(
      'The Supplier may terminate this Agreement with immediate effect if the Customer fails to cure a breach within thirty days.',
    ),
  },
  {
    ruleId: 'renewal-long-notice',
    risky: add(
      'This Agreement shall automatically renew for successive one-year terms unless a party gives notice of non-renewal at least six (6) months before the end of the term.',
    ),
    harmless: add(
      'This Agreement shall automatically renew for successive one-year terms unless a party gives notice of non-renewal at least thirty (30) days before the end of the term.',
    ),
  },
  {
    ruleId: 'renewal-short-notice',
    risky: add(
      'This Agreement shall automatically renew for one-year terms unless a party gives notice of non-renewal at least ten (10) days before the end of the term.',
    ),
    harmless: add(
      'This Agreement shall automatically renew for one-year terms unless a party gives notice of non-renewal at least sixty (60) days before the end of the term.',
    ),
  },
  {
    ruleId: 'renewal-without-notice',
    risky: add('This Agreement shall automatically renew for successive terms of one year each.'),
    harmless: add('This Agreement may be renewed for a further period of one year if both sign.'),
  },
  {
    ruleId: 'long-renewal',
    risky: add('This Agreement shall automatically renew for successive terms of five (5) years each.'),
    harmless: add('This Agreement shall automatically renew for successive terms of one (1) year each.'),
  },
  {
    ruleId: 'survival-without-limit',
    risky: add('Section 3 shall survive the termination of this Agreement indefinitely.'),
    harmless: add('Section 3 shall survive the termination of this Agreement for five years.'),
  },
  {
    ruleId: 'post-termination-duties',
    risky: add('Upon termination of this Agreement the Supplier shall provide transition assistance for three months.'),
    harmless: add('The Supplier shall provide training during the first three months.'),
  },
  {
    ruleId: 'unilateral-price-change',
    risky: add('The Supplier may increase its prices at any time.'),
    harmless: add('The Supplier may not increase the prices during the first year.'),
  },
  {
    ruleId: 'steep-price-increase',
    risky: add('On each anniversary the fees shall increase by 9%.'),
    harmless: add('On each anniversary the fees shall increase by 2%.'),
  },
  {
    ruleId: 'non-refundable-fees',
    risky: add('All fees are non-refundable.'),
    harmless: add('Unused fees are refunded on termination.'),
  },
  {
    ruleId: 'exclusivity-with-minimum',
    risky: add(
      'The Customer hereby appoints the Supplier as its exclusive supplier of the services.',
      'The Customer undertakes a minimum purchase of services of $90,000 in each year.',
    ),
    harmless: add('The Customer hereby appoints the Supplier as its exclusive supplier of the services.'),
  },
  {
    ruleId: 'minimum-commitment',
    risky: add('The Customer undertakes a minimum purchase of services of $90,000 in each year.'),
    harmless: add('There is no minimum purchase.'),
  },
  {
    ruleId: 'most-favoured-nation',
    risky: add('The fees of the Customer shall be no less favorable than those offered to any other customer.'),
    harmless: add('The Supplier chooses its other customers freely.'),
  },
  {
    ruleId: 'long-payment-term',
    risky: add('Travel expenses are payable within ninety (90) days of the invoice.'),
    harmless: add('Travel expenses are payable within fourteen (14) days of the invoice.'),
  },
  {
    ruleId: 'high-late-interest',
    risky: add('Late payments bear interest of one and one-half percent (1.5%) per month.'),
    harmless: add('Late payments bear interest of four percent (4%) per annum.'),
  },
  {
    ruleId: 'irrevocable-licence',
    risky: add('The Supplier grants the Customer an irrevocable and perpetual licence to the reports.'),
    harmless: add('The Supplier grants the Customer a licence to the reports for the term.'),
  },
  {
    ruleId: 'unlimited-licence',
    risky: add('The Supplier grants the Customer a licence for an unlimited number of users.'),
    harmless: add('The Supplier grants the Customer a licence for fifty users.'),
  },
  {
    ruleId: 'ip-assignment',
    risky: add(
      'In consideration of the fees, the Supplier hereby assigns to the Customer all right, title and interest in the inventions.',
    ),
    harmless: add('The Supplier retains all right, title and interest in its inventions.'),
  },
  {
    ruleId: 'ip-assignment-without-consideration',
    risky: add('The Supplier hereby assigns to the Customer all right, title and interest in the inventions.'),
    harmless: add(
      'Upon payment of the invoice concerned, the Supplier hereby assigns to the Customer all right, title and interest in the inventions.',
    ),
  },
  {
    ruleId: 'joint-ip',
    risky: add('The parties shall jointly own all inventions made under this Agreement.'),
    harmless: add('The parties meet jointly every quarter.'),
  },
  {
    ruleId: 'covenant-not-to-sue',
    risky: add("The Customer shall not challenge the validity of the Supplier's patents."),
    harmless: add('The Customer may challenge an invoice within ten days.'),
  },
  {
    ruleId: 'residuals',
    risky: add('The Customer may use residuals retained in the unaided memory of its staff.'),
    harmless: add('Residual stock is returned to the Supplier.'),
  },
  {
    ruleId: 'exclusivity',
    risky: add('The Customer hereby appoints the Supplier as its exclusive supplier of the services.'),
    harmless: add('The Customer hereby appoints the Supplier as a non-exclusive supplier of the services.'),
  },
  {
    ruleId: 'long-non-compete',
    risky: add(
      'For a period of two years after the end of this Agreement the Supplier shall not engage in a business that competes with the Customer.',
    ),
    harmless: add(
      'For a period of six months after the end of this Agreement the Supplier shall not engage in a business that competes with the Customer.',
    ),
  },
  {
    ruleId: 'non-compete',
    risky: add('During the term the Supplier shall not work for any competitor of the Customer.'),
    harmless: add('The Supplier offers competitive prices.'),
  },
  {
    ruleId: 'customer-non-solicit',
    risky: add('The Supplier shall not solicit any customer of the Customer.'),
    harmless: add('The Supplier shall answer every customer politely.'),
  },
  {
    ruleId: 'employee-non-solicit',
    risky: add('Neither party shall solicit or hire any employee of the other party.'),
    harmless: add('Each party pays its own employees.'),
  },
  {
    ruleId: 'first-refusal',
    risky: add('The Customer has a right of first refusal on new services.'),
    harmless: add('The Customer may refuse services that are late.'),
  },
  {
    ruleId: 'non-disparagement',
    risky: add('Neither party shall disparage the other party.'),
    harmless: add('Either party may publish a review.'),
  },
  {
    ruleId: 'unilateral-amendment',
    risky: add('The Supplier may modify these terms and conditions at any time by posting a new version.'),
    harmless: add('The parties may modify this Agreement by a signed writing.'),
  },
  {
    ruleId: 'unilateral-policy-change',
    risky: add(
      'This Agreement may be amended only by a writing that both parties sign, except that the Supplier may update the support policies in Annex 1 at any time by publishing them on its website.',
    ),
    harmless: add('The Supplier may update the support policies with the consent of the Customer.'),
  },
  {
    ruleId: 'free-assignment',
    risky: add('The Supplier may assign this Agreement to any person without the consent of the Customer.'),
    harmless: add('The Supplier may assign this Agreement to its affiliates.'),
  },
  { ruleId: 'no-assignment-clause', risky: { without: ['assignment'] }, harmless: {}, quotesNothing: true },
  {
    ruleId: 'change-of-control',
    risky: add('An assignment upon a change of control of the Supplier requires the consent of the Customer.'),
    harmless: add('The Supplier controls the quality of the services.'),
  },
  {
    ruleId: 'change-of-control-trap',
    risky: add('Upon a change of control of the Supplier, the Customer may terminate this Agreement.'),
    harmless: add('The Supplier shall notify the Customer of a change of control within ten days.'),
  },
  {
    ruleId: 'audit-without-notice',
    risky: add('The Customer may audit the books and records of the Supplier.'),
    harmless: add('The Customer may audit the books and records of the Supplier on ten days notice.'),
  },
  {
    ruleId: 'suspension-without-notice',
    risky: add('The Supplier may suspend the services immediately.'),
    harmless: add('The Supplier may suspend the services on thirty days notice.'),
  },
  {
    ruleId: 'third-party-beneficiary',
    risky: add('Birch Holdings is an intended third-party beneficiary of this Agreement.'),
    harmless: add('There are no third-party beneficiaries of this Agreement.'),
  },
  {
    ruleId: 'personal-guarantee',
    risky: add('Maria Lopez personally guarantees the payment of the fees.'),
    harmless: add('No shareholder is personally liable under this Agreement.'),
  },
  {
    ruleId: 'deemed-acceptance',
    risky: add('A report is deemed accepted unless the Customer rejects it within five days.'),
    harmless: add('A notice is deemed received on the third day.'),
  },
  {
    ruleId: 'publicity',
    risky: add("The Supplier may use the Customer's name and logo in its marketing."),
    harmless: add("The Supplier may use the Customer's name and logo in its marketing with written consent."),
  },
  {
    ruleId: 'power-of-attorney',
    risky: add('The Supplier appoints the Customer as its attorney-in-fact to sign such documents.'),
    harmless: add('The Supplier signs such documents within ten days.'),
  },
  { ruleId: 'no-confidentiality', risky: { without: ['confidentiality'] }, harmless: {}, quotesNothing: true },
  {
    ruleId: 'no-data-protection',
    risky: {
      opening:
        'CLOUD SERVICE AGREEMENT\n\nThis Agreement is made between Alder Works, Inc. ("Provider") and Birch Foods LLC ("Customer").',
      without: ['dataProtection'],
    },
    harmless: {
      opening:
        'CLOUD SERVICE AGREEMENT\n\nThis Agreement is made between Alder Works, Inc. ("Provider") and Birch Foods LLC ("Customer").',
    },
    quotesNothing: true,
  },
  { ruleId: 'no-governing-law', risky: { without: ['law'] }, harmless: {}, quotesNothing: true },
  {
    ruleId: 'no-warranty',
    risky: { without: ['warranty'] },
    harmless: {},
    quotesNothing: true,
  },
  {
    ruleId: 'no-force-majeure',
    risky: { without: ['forceMajeure'] },
    harmless: {},
    quotesNothing: true,
  },
  {
    ruleId: 'no-payment-terms',
    risky: { without: ['fees'] },
    harmless: {},
    quotesNothing: true,
  },
  {
    ruleId: 'no-return-of-information',
    risky: {
      opening:
        'NON-DISCLOSURE AGREEMENT\n\nThis Agreement is made between Alder Works, Inc. ("Discloser") and Birch Foods LLC ("Recipient").',
      without: ['confidentiality'],
      with: ['The Recipient shall keep the Confidential Information of the Discloser confidential.'],
    },
    harmless: {
      opening:
        'NON-DISCLOSURE AGREEMENT\n\nThis Agreement is made between Alder Works, Inc. ("Discloser") and Birch Foods LLC ("Recipient").',
      with: ['On request each party shall return all Confidential Information of the other party.'],
    },
    quotesNothing: true,
  },
  {
    ruleId: 'blanks',
    risky: add('The services start on [insert date] at the latest.'),
    harmless: add('The services start on the [first] Monday.'),
  },
  {
    ruleId: 'open-options',
    risky: { paragraphs: ['[ ] The reports are delivered by mail.', '[ ] The reports are delivered by courier.'] },
    harmless: { paragraphs: ['[ ] The reports are delivered by mail.', '[x] The reports are delivered by courier.'] },
  },
  {
    ruleId: 'annex-not-attached',
    risky: add('The service levels are set forth in Exhibit B attached hereto.'),
    harmless: {
      with: [
        'The service levels are set forth in Exhibit B attached hereto and in Schedule 2 to the Lease.',
        'The form of the report is Exhibit F.',
      ],
      paragraphs: ['Exhibit B - Service Levels', 'The services are available on working days.'],
    },
  },
  {
    ruleId: 'terms-elsewhere',
    risky: add('The standard terms available at https://example.com/terms apply.'),
    harmless: add('The Supplier has a website.'),
  },
  {
    ruleId: 'jury-or-class-waiver',
    risky: add('Each party waives trial by jury.'),
    harmless: add('Each party chooses its own counsel.'),
  },
];
