import { describe, expect, test } from 'vitest';
import type { Review } from '../../src/domain/analysis.ts';
import { readValue } from '../../src/engine/builtin/clauses/values.ts';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { type ContractChanges, contract } from './contracts.ts';

const { ruleset } = loadRuleset();

function reviewed(changes: ContractChanges): Review {
  return review({ text: contract(changes), pages: [] }, () => undefined, ruleset);
}

function rules(...clauses: string[]): string[] {
  return reviewed({ with: clauses }).risks.map(({ ruleId }) => ruleId);
}

describe('what is denied is not taken for its opposite', () => {
  test.for([
    'This Agreement shall not automatically renew.',
    'Neither party may terminate this Agreement for convenience.',
    'The Supplier may not terminate this Agreement without cause on ten days notice.',
    'The appointment of the Supplier is not exclusive.',
    'There is no minimum purchase commitment under this Agreement.',
    'The Customer shall not be obligated to purchase any minimum quantity.',
    'Nothing in this Agreement grants the Customer an irrevocable or perpetual licence.',
    'No liquidated damages are owed for delay.',
    'The Customer shall have no right of first refusal.',
    'The Supplier has no right to audit the books and records of the Customer.',
    'Nothing herein assigns or transfers to the Customer any right, title or interest in the inventions.',
    'The liability of the Supplier is not unlimited.',
    'No shareholder guarantees anything personally or is personally liable.',
    'The Supplier shall not increase its fees at any time.',
    'The Customer shall not be entitled to amend this Agreement alone.',
  ])('%s', (sentence) => {
    expect(rules(sentence)).toEqual([]);
  });

  test.for([
    ['This Agreement shall automatically renew for terms of five (5) years and no notice is needed.', 'long-renewal'],
    [
      'The Customer may terminate this Agreement without cause and without penalty on sixty days notice.',
      'one-sided-termination',
    ],
    [
      'The Customer shall have no claim, and shall purchase a minimum of not less than 900 units a year.',
      'minimum-commitment',
    ],
    [
      'The Supplier shall not be obligated to deliver more than the minimum quantity, which the Customer shall purchase each year.',
      'minimum-commitment',
    ],
  ] as const)('and a "no" that denies something else denies nothing: %s', ([sentence, ruleId]) => {
    expect(rules(sentence)).toContain(ruleId);
  });
});

describe('a cap on liability is not the sum of an insurance', () => {
  test.for([
    [
      'The Supplier carries insurance of $2,000,000 per occurrence, and its aggregate liability shall not exceed $150,000.',
      '$150,000',
    ],
    [
      'The aggregate liability of each party shall not exceed $150,000, whatever the limits of its insurance of $2,000,000.',
      '$150,000',
    ],
    ['Liability is limited to the proceeds of the insurance policy of $2,000,000 per claim.', undefined],
    ['Umbrella liability with limits of not less than $5,000,000 in excess of general liability.', undefined],
    ['In no event shall the maximum liability of either party be greater than EUR 2.5 million.', 'EUR 2.5 million'],
  ] as const)('%s', ([clause, amount]) => {
    expect(readValue('cap', clause)?.text).toBe(amount);
  });

  test('nor in the review', () => {
    const { clauses, monetaryTerms } = reviewed({
      without: ['liability', 'insurance'],
      with: [
        'The Supplier shall maintain liability insurance of $2,000,000 per claim.',
        'The aggregate liability of each party shall not exceed EUR 1.5 million.',
      ],
    });
    expect(clauses.find(({ category }) => category === 'Cap On Liability')?.value).toBe('EUR 1.5 million');
    expect(monetaryTerms).toMatchObject([
      { category: 'Insurance', amount: '$2,000,000 per claim', currency: 'USD', value: 2_000_000 },
      { category: 'Cap On Liability', amount: 'EUR 1.5 million', currency: 'EUR', value: 1_500_000 },
    ]);
  });
});

describe('a right of both is not one-sided', () => {
  test.for([
    'Either the Supplier or the Customer may terminate this Agreement for convenience on sixty days written notice.',
    'The Supplier or the Customer may terminate this Agreement for convenience on sixty days written notice.',
    'This Agreement may be terminated for convenience by either of the parties on sixty days written notice.',
    'This Agreement may be terminated at any time by either Supplier or Customer on sixty days written notice.',
    'Either Party may terminate this Agreement for convenience on sixty days written notice, and the Supplier shall then stop.',
  ])('%s', (sentence) => {
    expect(rules(sentence)).not.toContain('one-sided-termination');
  });

  test('but that of a party that is introduced in the middle of a sentence is', () => {
    const { risks } = reviewed({
      opening: 'SERVICES AGREEMENT\n\nAlder Systems, Inc. ("Alder") grants Customer the services.',
      with: [
        'Alder may terminate this Agreement for convenience on sixty days written notice.',
        'Alder shall invoice.',
      ],
    });
    expect(risks.map(({ ruleId }) => ruleId)).toContain('one-sided-termination');
  });

  test('and neither are indemnities in two sentences', () => {
    const { risks } = reviewed({
      without: ['indemnity'],
      with: [
        'The Supplier shall indemnify the Customer against claims of third persons. The Customer shall indemnify the Supplier against claims of third persons.',
      ],
    });
    expect(risks.map(({ ruleId }) => ruleId)).not.toContain('one-sided-indemnity');
  });
});

describe('blanks of a form are no parties', () => {
  test.for([
    ['This Agreement is made between [____] and [____].', []],
    ['This Agreement is made between ____________ and ____________.', []],
    [
      'This Agreement is made between {provider_name} and {customer_name}. Between signature and delivery prices hold.\n\nUser Accounts\n\nThe Service Desk answers.',
      [],
    ],
    [
      'This Agreement is made between [____] ("Supplier") and Birch Foods LLC ("Customer").',
      ['"Supplier" (name left blank)', 'Birch Foods LLC ("Customer")'],
    ],
    [
      'This Agreement is between Company and Contractor, each as identified below. Company and Contractor agree.\n\nPerforming Services\n\nContractor works.',
      [],
    ],
  ] as const)('%s', ([first, parties]) => {
    const { summary } = reviewed({ opening: `SERVICES AGREEMENT\n\n${first}\n\nThe parties agree as follows:` });
    expect(summary.parties).toEqual(parties);
  });
});

describe('a ban on competing is found without the word', () => {
  test.for([
    'For two years after termination the Consultant shall not engage in any business similar to that of the Company.',
    'The Supplier agrees not to own, manage or engage in any business within a radius of 50 miles for a period of two years.',
  ])('%s', (sentence) => {
    expect(rules(sentence)).toContain('long-non-compete');
  });

  test('and not where a product may not be used to build another', () => {
    expect(rules('The Customer shall not use the Product to develop a competing product or service.')).not.toContain(
      'non-compete',
    );
  });
});

test('an exclusion of liability for negligence is no indemnity', () => {
  expect(
    rules('Neither party is liable for indirect loss, whether or not caused by the negligence of the other party.'),
  ).not.toContain('indemnity-for-others-fault');
});

describe('what only sounds like a risk is none', () => {
  test.for([
    [
      'The Supplier shall maintain minimum service level availability of 99.9 percent each month.',
      'minimum-commitment',
    ],
    [
      'All right, title and interest in the Server Software is owned by the Supplier and stays with it.',
      'ip-assignment-without-consideration',
    ],
    [
      'Each party shall execute such further acts, deeds and powers of attorney as the other requests.',
      'power-of-attorney',
    ],
    [
      'A change of control of an affiliate, which terminates its status as an affiliate, shall be notified to the Customer.',
      'change-of-control-trap',
    ],
    ['The Supplier has the sole and exclusive right to maintain and renew the registrations.', 'exclusivity'],
    ['Either party may request an increase of the fees at any time.', 'unilateral-price-change'],
    [
      'The Customer may terminate any order at any time on thirty days notice without terminating this Agreement.',
      'one-sided-termination',
    ],
    ['Except where this Agreement provides for an exclusive remedy, remedies are cumulative.', 'sole-remedy'],
    [
      'Liquidated Damages 18 11.2 Exclusivity 19 12.0 Renewal Term 22 14.1 Audit Rights 23 15.1 Non-Compete 24',
      'liquidated-damages',
    ],
  ] as const)('%s', ([sentence, ruleId]) => {
    expect(rules(sentence)).not.toContain(ruleId);
  });
});

test('how a contract may be terminated is not how long it runs', () => {
  const { summary } = reviewed({
    without: ['term', 'termination'],
    with: [
      'This Agreement may be terminated by either party, and then continues until the end of the month, for breach.',
    ],
  });
  expect(summary.term).toBeUndefined();
});

test('an option that nobody has ticked obliges nobody', () => {
  const { obligations } = reviewed({
    with: [],
    opening:
      'ORDER FORM\n\n[ ] The Supplier shall deliver spare parts within ten days.\n\n[x] The Supplier shall deliver tools within ten days.',
  });
  const actions = obligations.map(({ action }) => action);
  expect(actions).toContainEqual(expect.stringContaining('deliver tools'));
  expect(actions).not.toContainEqual(expect.stringContaining('deliver spare parts'));
});

describe('what only resembles a risk is none', () => {
  test.for([
    [
      'post-termination-duties',
      'Upon termination of this Agreement the Customer shall pay all amounts due and owing for the services.',
    ],
    ['liability-carve-outs', 'The liability of each party for a delay is limited to the fees of the month.'],
    [
      'change-of-control',
      'Either party may assign this Agreement without consent to a purchaser of all or substantially all of its assets.',
    ],
    [
      'covenant-not-to-sue',
      "The Customer shall not do anything that may tarnish the goodwill of the Supplier's trademarks.",
    ],
    ['first-refusal', 'The Customer may use the option to have reports printed, first come, first served.'],
    ['joint-ip', 'The technology that is used to pass the data will be determined jointly by the parties.'],
    ['long-renewal', 'The Customer has the option to renew this Agreement for a further term of five (5) years.'],
    [
      'long-renewal',
      'This Agreement continues for three (3) years and shall automatically renew for additional one (1) year terms unless a party gives notice of non-renewal at least forty (40) days before its end.',
    ],
    ['non-compete', 'The Supplier shall not be required to give information to a competitor of its own.'],
    [
      'minimum-commitment',
      'The Customer shall use not less than $50,000 of the proceeds from the sale to fund exploration.',
    ],
    [
      'employee-non-solicit',
      "Neither party is responsible for the hiring or termination of the other party's employees.",
    ],
    [
      'ip-assignment',
      'All intellectual property that the Supplier developed prior to the Effective Date shall remain its property.',
    ],
    [
      'ip-assignment-without-consideration',
      'The Supplier shall transfer to the Customer the marketing approvals for the products.',
    ],
    [
      'third-party-beneficiary',
      'There are no third party beneficiaries of this Agreement, except to the extent that a person is indemnified under Section 8.',
    ],
    [
      'most-favoured-nation',
      'In a shortage the Supplier shall allocate products to the Customer in a manner no less favorable than to other customers, pro rata.',
    ],
    ['audit-without-notice', 'The Customer shall keep books and records for three years.'],
    [
      'unilateral-price-change',
      'The Supplier may increase the prices only to the extent that its cost of materials rises.',
    ],
    ['unilateral-amendment', 'The standards of the Supplier may change over the term of this Agreement.'],
    [
      'one-sided-termination',
      'The Customer and the Supplier may terminate this Agreement at any time by mutual written consent.',
    ],
    [
      'one-sided-liability-cap',
      'Neither Alder, on the one hand, nor the Customer, on the other hand, shall be liable for indirect or consequential damages.',
    ],
    ['publicity', 'WHEREAS the Supplier wishes to obtain the right to use the name of the Customer in its marketing;'],
    ['unlimited-liability', 'The Supplier has unlimited access to the site.'],
    [
      'indemnity-for-others-fault',
      "The Supplier shall indemnify the Customer against claims, whether or not caused by the Supplier's negligence.",
    ],
    [
      'non-refundable-fees',
      'Except for the prorated refund of prepaid fees that a right of termination in this Agreement gives, fees are non-refundable.',
    ],
    ['exclusivity', 'WHEREAS the Customer desires to acquire the exclusive right to the reports;'],
    [
      'customer-non-solicit',
      'The Supplier shall not solicit, entice or induce any employee of the Customer or of a franchisee of the Customer to leave.',
    ],
    ['exclusivity', 'The Supplier owns the sole and exclusive right of the intellectual property in the reports.'],
    [
      'first-refusal',
      'There are no outstanding preemptive rights, options, warrants, conversion privileges or rights (including rights of first refusal), orally or in writing, to purchase or acquire any securities from the Company.',
    ],
    [
      'change-of-control',
      'Upon a change of control of an Affiliate to which this Agreement was assigned, the consent of the Customer is required.',
    ],
  ] as const)('%s: %s', ([ruleId, sentence]) => {
    expect(rules(sentence)).not.toContain(ruleId);
  });
});

test('events beyond control are provided for under whatever name', () => {
  const { risks } = reviewed({
    without: ['forceMajeure'],
    with: ['Excusable Delay. A party that is prevented by an unforeseeable and unavoidable event is not in breach.'],
  });
  expect(risks.map(({ ruleId }) => ruleId)).not.toContain('no-force-majeure');
});

test('what is remembered may be used, however far the sentence that says so runs', () => {
  expect(
    rules(
      'The Customer may use all residual information of an intangible form, which no patent, copyright or law of trade secrets protects, and which its staff has retained.',
    ),
  ).toContain('residuals');
});

test('a mutual right to end beside one of one party alone does not hide it', () => {
  expect(
    rules(
      'The Customer may terminate this Agreement at any time, for any reason or no reason, by giving sixty days notice.',
      'The Customer and the Supplier may terminate this Agreement at any time upon written mutual consent.',
    ),
  ).toContain('one-sided-termination');
});

test('a passage that a form repeats is quoted once', () => {
  const clause = 'The software is provided "as is".';
  const { risks } = reviewed({ with: [clause], paragraphs: [clause] });
  expect(risks.find(({ ruleId }) => ruleId === 'as-is')?.spans).toHaveLength(1);
});

test('a risk does not refer to what it quotes, nor to terms that decide nothing', () => {
  const { risks } = reviewed({
    with: [
      '"Fees" means all amounts due under Section 2.',
      'Subject to Section 9, the limitations in Section 7 do not apply to a breach of Section 3, and Fees remain due.',
    ],
  });
  const carveOuts = risks.find(({ ruleId }) => ruleId === 'liability-carve-outs');
  expect(carveOuts?.references?.map(({ label }) => label)).toEqual(['Section 7', 'Section 3']);
});
