import { describe, expect, test } from 'vitest';
import type { Summary } from '../../src/domain/analysis.ts';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { contract, opening } from './contracts.ts';

const { ruleset } = loadRuleset();

function summaryOf(text: string): Summary {
  return review({ text, pages: [] }, () => undefined, ruleset).summary;
}

/** The summary of a contract that opens like this. */
function opened(first: string, ...clauses: string[]): Summary {
  return summaryOf(
    contract({ opening: `${first}\n\nThe parties agree as follows:`, without: ['term'], with: clauses }),
  );
}

test('a contract is summed up in facts', () => {
  const renewal =
    'This Agreement shall automatically renew for successive terms of one (1) year unless a party gives notice of non-renewal at least sixty (60) days before the end of the term.';
  expect(summaryOf(contract({ with: [renewal] }))).toMatchObject({
    documentType: 'Services Agreement',
    parties: ['Alder Works, Inc. ("Supplier")', 'Birch Foods LLC ("Customer")'],
    agreementDate: '2024-03-01',
    effectiveDate: '2024-03-01',
    expirationDate: '2027-02-28',
    term: '3 years',
    renewal: 'renews automatically, 1 year at a time',
    noticePeriod: '60 days to stop renewal',
    governingLaw: 'Oregon',
  });
});

test('the key points are sentences, the most important first', () => {
  expect(summaryOf(contract()).keyPoints).toEqual([
    'Services Agreement between Alder Works, Inc. ("Supplier") and Birch Foods LLC ("Customer").',
    'Made on 2024-03-01, term: 3 years, expires on 2027-02-28.',
    'Governed by the law of Oregon.',
    'Liability is limited (amount named: $500,000).',
    'Assignment needs consent or is restricted.',
    'Insurance must be carried ($1,000,000).',
  ]);
});

test('a page that explains a form does not give it its name', () => {
  const named = review(
    { text: `How to fill in this agreement\n\nDelete this page.\n\n${contract()}`, pages: [] },
    () => undefined,
    ruleset,
  ).clauses.find(({ category }) => category === 'Document Name');
  expect(named?.value).toBe('SERVICES AGREEMENT');
});

test.for([
  ['Confidentiality & Invention Assignment Agreement', 'Cover Terms'],
  ['AMENDMENT NO. 2', 'Phone 555 0100 Contract No. 17'],
  ['Transportation Contract', 'Fax 555 0100 Order Form'],
])('the title is %s and not %s', ([title, other]) => {
  const text = contract({ opening: `${other}\n\n${title}\n\nThis contract is made between Alder Inc. and Birch LLC.` });
  const { clauses } = review({ text, pages: [] }, () => undefined, ruleset);
  expect(clauses.find(({ category }) => category === 'Document Name')?.value).toBe(title);
});

describe('document type', () => {
  test('a few lines are a contract when they are called one and name their parties', () => {
    const text =
      'SUPPLY AGREEMENT\n\nBetween Alder Works, Inc. (Seller) and Birch Foods LLC (Buyer), 1 March 2024.\n\n1. Seller brings 500 crates of apples each month.\n\n2. Buyer pays $12 a crate.';
    expect(summaryOf(text)).toMatchObject({
      documentType: 'Manufacturing or Supply Agreement',
      parties: ['Alder Works, Inc.', 'Birch Foods LLC'],
    });
    expect(summaryOf(text.replace('SUPPLY AGREEMENT', 'Apples')).documentType).toBe('Not recognised as a contract');
  });

  test.for([
    ['MUTUAL NON-DISCLOSURE AGREEMENT', 'Non-Disclosure Agreement'],
    ['Employment Offer Letter', 'Employment Agreement'],
    ['FIRST AMENDMENT TO SUPPLY AGREEMENT', 'Amendment'],
    ['Software License Agreement', 'License Agreement'],
    ['EXCLUSIVE DISTRIBUTION AGREEMENT', 'Distribution or Reseller Agreement'],
    ['Independent Contractor Agreement', 'Consulting Agreement'],
    ['UNCONDITIONAL CAPITAL MAINTENANCE AGREEMENT', 'Loan or Guarantee'],
    ['Software Maintenance Agreement', 'Maintenance or Support Agreement'],
    ['Stock Repurchase Agreement', 'Investment or Share Agreement'],
  ] as const)('%s is a %s', ([title, type]) => {
    expect(
      summaryOf(contract({ opening: `${title}\n\nThis contract is made between Alder Inc. and Birch LLC.` }))
        .documentType,
    ).toBe(type);
  });

  test('a contract without a telling title is known by its words', () => {
    const clause = 'The Franchisee pays the Franchisor. The Franchisor trains the Franchisee. ';
    expect(summaryOf(contract({ opening: 'AGREEMENT', with: [clause.repeat(4)] })).documentType).toBe(
      'Franchise Agreement',
    );
  });

  test.for([
    'A recipe for soup. Take two onions and a carrot, and cook them in water for an hour. Add salt and serve it hot with bread.',
    'Der Mietvertrag wird zwischen den Parteien geschlossen. Die Miete beträgt 900 Euro im Monat und ist im Voraus zu zahlen.',
  ])('what is no contract in English is not taken for one: %s', (text) => {
    const { summary, missingClauses, confidenceScore } = review({ text, pages: [] }, () => undefined, ruleset);
    expect(summary.documentType).toBe('Not recognised as a contract');
    expect(missingClauses).toEqual([]);
    expect(confidenceScore).toBeLessThan(0.3);
  });
});

describe('parties', () => {
  test.for([
    ['{customer_name}', '{provider_name}', ['"Customer" (name left blank)', '"Provider" (name left blank)']],
    ['Birch Foods', 'Alder Works', ['Birch Foods ("Customer")', 'Alder Works ("Provider")']],
  ] as const)('are read from the blocks that they sign on a cover page: %s', ([customer, provider, parties]) => {
    const block = (role: string, name: string) =>
      `${role}:\n\nSignature:\n\nName and Title:\n\nCompany: ${name}\n\nNotice Address (choose one or both):\n\nDate:`;
    const page = `Cover Page\n\nfor the Services Agreement\n\nThis Cover Page incorporates the Services Agreement.\n\nGoverning Law\tOregon\n\nSignatures\n\nAgreed to as of the Effective Date by each party's representative:`;
    expect(summaryOf([page, block('Customer', customer), block('Provider', provider)].join('\n\n')).parties).toEqual(
      parties,
    );
  });

  test('are found where a contract introduces them in the middle of a sentence', () => {
    const licence = (holder: string) =>
      `SOFTWARE LICENSE\n\nPlease read this agreement with care.\n\nLicense. Subject to this agreement, Alder Systems, Inc. or its subsidiary instead of Alder Systems, Inc. ("${holder}"), grants to Customer a license to use the software.\n\nAlder may terminate this agreement for convenience on ninety days notice.\n\nCustomer shall pay Alder the fees.`;
    expect(summaryOf(licence('Alder')).parties).toEqual(['Alder Systems, Inc. ("Alder")']);
    expect(summaryOf(licence('Cedar')).parties).toEqual([]);
  });

  test.for([
    [
      'This Agreement is made by and between Alder Works, Inc., a Delaware corporation ("Alder"), and Birch Foods LLC ("Birch").',
      ['Alder Works, Inc. ("Alder")', 'Birch Foods LLC ("Birch")'],
    ],
    ['This Agreement is between ALDER WORKS, INC. and BIRCH FOODS LLC.', ['ALDER WORKS, INC.', 'BIRCH FOODS LLC']],
    [
      'SUPPLY AGREEMENT BETWEEN ALDER WORKS, INC. AND BIRCH FOODS LLC\n\nThis Agreement is made by and between Alder Works, Inc. ("Alder") and Birch Foods LLC ("Birch").',
      ['Alder Works, Inc. ("Alder")', 'Birch Foods LLC ("Birch")'],
    ],
    [
      'BETWEEN:\n\n(1) Alder Works Ltd, a company registered in England (the "Seller"); and\n\n(2) Birch Foods Ltd (the "Buyer").',
      ['Alder Works Ltd ("Seller")', 'Birch Foods Ltd ("Buyer")'],
    ],
    [
      'This Agreement is made between Maria Lopez ("Consultant") and Alder Works, Inc. (the "Company" or "Alder").',
      ['Maria Lopez ("Consultant")', 'Alder Works, Inc. ("Company", "Alder")'],
    ],
    [
      'This Agreement is between Alder Works, Inc., hereinafter referred to as "Owner", and Birch Foods LLC, hereinafter referred to as "Tenant".',
      ['Alder Works, Inc. ("Owner")', 'Birch Foods LLC ("Tenant")'],
    ],
    [
      'This Agreement is made among Alder, Inc. ("A"), Birch, Inc. ("B") and Cedar, Inc. ("C").',
      ['Alder, Inc. ("A")', 'Birch, Inc. ("B")', 'Cedar, Inc. ("C")'],
    ],
    [
      'This Agreement is made between the TOWN OF VALE, OREGON, a municipal corporation ("Grantor"), and Birch Foods LLC ("Grantee").',
      ['TOWN OF VALE, OREGON ("Grantor")', 'Birch Foods LLC ("Grantee")'],
    ],
    [
      'PROVIDER: Alder Works, Inc.\tCUSTOMER: Birch Foods LLC',
      ['Alder Works, Inc. ("PROVIDER")', 'Birch Foods LLC ("CUSTOMER")'],
    ],
    [
      'This Agreement is made between Alder Works, Inc. ("Alder"), whose restaurants use certain signs (the "Alder Marks"), and Birch Foods LLC ("Birch").',
      ['Alder Works, Inc. ("Alder")', 'Birch Foods LLC ("Birch")'],
    ],
    [
      'Licensor: Alder Works, Inc.\n\nLicensee: Birch Foods LLC',
      ['Alder Works, Inc. ("Licensor")', 'Birch Foods LLC ("Licensee")'],
    ],
    [
      'This Agreement is made between [Name of the Company] ("Company") and ________________ ("Founder").',
      ['"Company" (name left blank)', '"Founder" (name left blank)'],
    ],
  ] as const)('%s', ([first, parties]) => {
    expect(opened(first).parties).toEqual(parties);
  });

  test('who only signs is a party when nobody is named above', () => {
    const text =
      'JOINT FILING AGREEMENT\n\nThe undersigned agree that one statement is filed on behalf of each of them.\n\nALDER PARTNERS LP\n\nBy: /s/ A. Alder\n\nBIRCH FUND LLC\n\nBy: /s/ B. Birch';
    expect(summaryOf(text).parties).toEqual(['ALDER PARTNERS LP', 'BIRCH FUND LLC']);
  });
});

describe('dates', () => {
  test('the day that is told is among the passages that are quoted for it', () => {
    const text = contract({
      opening:
        'SUPPLY AGREEMENT\n\nThis Supply Agreement is made on 15 January 2026 between Alder Works Limited, a company incorporated in England ("Supplier"), and Birch Marine Ltd, a company incorporated in Scotland ("Customer").',
      without: ['term'],
      with: ['This agreement starts on 1 February 2026 and lasts for twelve months.'],
    });
    const { clauses } = review({ text, pages: [] }, () => undefined, ruleset);
    const effective = clauses.find(({ category }) => category === 'Effective Date');
    expect(effective?.value).toBe('2026-02-01');
    expect(effective?.spans.map(({ quote }) => quote).join('\n')).toContain('1 February 2026');
  });

  test.for([
    ['This Agreement is dated 25/3/2024 and made between Alder Inc. and Birch LLC.', { agreementDate: '2024-03-25' }],
    [
      'This Agreement is made on the 1st day of March, 2024, between Alder Inc. and Birch LLC, and takes effect on 15 April 2024 (the "Effective Date").',
      { agreementDate: '2024-03-01', effectiveDate: '2024-04-15' },
    ],
    [
      'This Agreement, effective as of the third day of May 2021, is between Alder Inc. and Birch LLC.',
      { agreementDate: '2021-05-03', effectiveDate: '2021-05-03' },
    ],
  ] as const)('%s', ([first, dates]) => {
    expect(opened(first)).toMatchObject(dates);
  });

  test.for([
    [
      'The term of this Agreement begins on the Effective Date and ends on December 31, 2026.',
      { term: 'until 2026-12-31', expirationDate: '2026-12-31' },
    ],
    [
      'This Agreement shall remain in effect for a period of eighteen (18) months.',
      { term: '18 months', expirationDate: '2025-08-31' },
    ],
    [
      'The initial term of this Agreement is five years from the Effective Date.',
      { term: '5 years', expirationDate: '2029-02-28' },
    ],
    [
      'This Agreement shall remain effective for two (2) years from and after the Effective Date.',
      { term: '2 years', expirationDate: '2026-02-28' },
    ],
    [
      'This Agreement shall remain in force until the fourth (4th) anniversary of the Effective Date.',
      { term: '4 years', expirationDate: '2028-03-01' },
    ],
    [
      'The "Term" means the period that begins on the Effective Date and ends on the 2nd anniversary of the Effective Date.',
      { term: '2 years', expirationDate: '2026-03-01' },
    ],
    ['This Agreement shall continue until terminated by either party.', { term: 'until terminated' }],
  ] as const)('%s', ([clause, dates]) => {
    const summary = summaryOf(contract({ without: ['term'], with: [clause] }));
    expect(summary).toMatchObject(dates);
    if (!('expirationDate' in dates)) expect(summary.expirationDate).toBeUndefined();
  });

  test('a term that runs from a day of its own is counted from that day', () => {
    const clause = 'The term of this Agreement is two years commencing on July 1, 2024.';
    expect(summaryOf(contract({ without: ['term'], with: [clause] })).expirationDate).toBe('2026-06-30');
  });

  test.for([
    'The term of this Agreement is two years from the first delivery of the goods.',
    "The term of this Agreement is two years from the Customer's first order.",
    'The term of this Agreement is two years following the execution of the Memorandum.',
  ])('a term that runs from an event without a date has no computed end: %s', (clause) => {
    expect(summaryOf(contract({ without: ['term'], with: [clause] })).expirationDate).toBeUndefined();
  });

  test('a date left blank is a clause without a value', () => {
    const text = contract({
      opening:
        'SERVICES AGREEMENT\n\nThis Agreement is made this ___ day of May, 2024, between Alder Inc. and Birch LLC.',
    });
    const { clauses, summary } = review({ text, pages: [] }, () => undefined, ruleset);
    expect(summary.agreementDate).toBeUndefined();
    expect(clauses.find(({ category }) => category === 'Agreement Date')).toMatchObject({
      present: true,
      spans: [{ quote: '___ day of May, 2024' }],
    });
  });

  test('the last signature dates a contract that bears no other date', () => {
    const text = contract({
      opening: opening.replace('is made as of March 1, 2024 (the "Effective Date")', 'is made'),
      with: ['It may be signed in counterparts.'],
    });
    const signed = `${text}\n\nBy: A. Alder\n\nDate: May 4, 2024\n\nBy: B. Birch\n\nDate: May 6, 2024`;
    expect(summaryOf(signed).agreementDate).toBe('2024-05-06');
  });
});

test('the title is quoted as it stands', () => {
  const { clauses } = review({ text: contract(), pages: [] }, () => undefined, ruleset);
  expect(clauses[0]).toMatchObject({
    category: 'Document Name',
    present: true,
    value: 'SERVICES AGREEMENT',
    spans: [{ start: 0, end: 18, quote: 'SERVICES AGREEMENT', page: 1 }],
  });
});
