import { describe, expect, test } from 'vitest';
import type { Position } from '../../src/domain/analysis.ts';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { type ContractChanges, contract } from './contracts.ts';

const { ruleset } = loadRuleset();

/** The level of one risk to a position; undefined when it is none. */
function levelOf(ruleId: string, position: Position, changes: ContractChanges): string | undefined {
  const { risks } = review({ text: contract(changes), pages: [], position }, () => undefined, ruleset);
  return risks.find((risk) => risk.ruleId === ruleId)?.level;
}

const withoutCap = (...texts: string[]): ContractChanges => ({ without: ['liability'], with: texts });

describe('how grave a risk is to a position is decided by who bears it', () => {
  test.for([
    [
      'irrevocable-licence',
      'The Customer grants the Supplier a perpetual and irrevocable licence to its data.',
      'high',
      undefined,
    ],
    [
      'irrevocable-licence',
      'The Supplier grants the Customer a perpetual and irrevocable licence to the reports.',
      undefined,
      'high',
    ],
    [
      'unlimited-licence',
      'The Customer grants the Supplier a licence for an unlimited number of users.',
      'medium',
      undefined,
    ],
    [
      'renewal-short-notice',
      "This Agreement renews automatically for one-year terms unless the Customer gives 10 days' written notice before the end of the term.",
      undefined,
      'low',
    ],
    ['unlimited-liability', "For a breach of Section 3 the Customer's liability is unlimited.", 'high', undefined],
    ['unlimited-liability', 'For a loss of data the liability of the Supplier is unlimited.', undefined, 'high'],
    [
      'liability-carve-outs',
      "The foregoing limitations do not apply to the Customer's breach of Section 3.",
      'medium',
      undefined,
    ],
    [
      'liability-carve-outs',
      "The foregoing limitations do not apply to the Supplier's breach of Section 3.",
      undefined,
      'medium',
    ],
    [
      'liability-carve-outs',
      'The foregoing limitations do not apply to a breach of confidentiality.',
      'info',
      'medium',
    ],
    [
      'short-claim-period',
      'No action against the Supplier may be brought more than six (6) months after the event.',
      'medium',
      undefined,
    ],
    ['sole-remedy', "Termination is the Supplier's sole and exclusive remedy for late payment.", undefined, 'medium'],
    ['sole-remedy', "Replacement is the Customer's sole and exclusive remedy for defects.", 'medium', undefined],
    [
      'change-of-control-trap',
      'If the Customer undergoes a change of control, the Supplier may terminate this Agreement.',
      'high',
      undefined,
    ],
    ['first-refusal', 'The Customer has a right of first refusal on new services.', undefined, 'medium'],
    [
      'exclusivity',
      'The Customer hereby appoints the Supplier as its exclusive supplier of the services.',
      'medium',
      undefined,
    ],
    ['publicity', "The Supplier may use the Customer's name and logo in its marketing.", 'low', undefined],
    ['unilateral-policy-change', 'The Supplier may change the support policies at any time.', 'medium', undefined],
  ] as const)('%s: %s', ([ruleId, sentence, toCustomer, toSupplier]) => {
    expect(levelOf(ruleId, 'customer', { with: [sentence] })).toBe(toCustomer);
    expect(levelOf(ruleId, 'supplier', { with: [sentence] })).toBe(toSupplier);
  });

  test.for([
    ["The Supplier's aggregate liability shall not exceed $500.", 'high', undefined],
    ["The Customer's aggregate liability shall not exceed $500.", undefined, 'high'],
    ['The aggregate liability of each party shall not exceed $500.', 'high', 'info'],
    [
      "The Supplier's total liability shall not exceed the fees paid in the three (3) months before the claim.",
      'high',
      undefined,
    ],
    [
      "The Supplier's total liability shall not exceed the fees paid in the twelve (12) months before the claim.",
      undefined,
      undefined,
    ],
  ] as const)('low-liability-cap: %s', ([sentence, toCustomer, toSupplier]) => {
    expect(levelOf('low-liability-cap', 'customer', withoutCap(sentence))).toBe(toCustomer);
    expect(levelOf('low-liability-cap', 'supplier', withoutCap(sentence))).toBe(toSupplier);
  });

  test('what a condition needs two clauses for is none when only one of them burdens the position', () => {
    const changes = {
      with: [
        'The Supplier hereby appoints the Customer as its exclusive distributor of the reports.',
        'The Customer undertakes a minimum purchase of services of $90,000 in each year.',
      ],
    };
    expect(levelOf('exclusivity-with-minimum', 'neutral', changes)).toBe('high');
    expect(levelOf('exclusivity-with-minimum', 'customer', changes)).toBeUndefined();
    expect(levelOf('minimum-commitment', 'customer', changes)).toBe('medium');
  });
});

describe('the contract says who stands on which side', () => {
  const opened = (parties: string, ...texts: string[]): ContractChanges => ({
    opening: `AGREEMENT\n\nThis Agreement is made between ${parties}.\n\nThe parties agree as follows:`,
    with: texts,
  });
  const terminates = (name: string) =>
    `${name} may terminate this Agreement for convenience on sixty days written notice.`;

  test.for([
    ['by the names of roles', 'Alder, Inc. ("Alder" or the "Vendor") and Birch LLC ("Birch")', []],
    ['by the other of two parties', 'Alder, Inc. ("Alder") and Birch LLC ("Birch" or "Buyer")', []],
    [
      'by who pays, where the names say nothing',
      'Alder, Inc. ("Alder") and Birch LLC ("Birch")',
      ['Birch shall pay Alder the fees.'],
    ],
    [
      'by who pays, where the names say the same',
      'Alder, Inc. ("Alder", the "Contractor") and Birch LLC ("Birch", the "Owner")',
      ['Owner shall pay the Contractor each month.', 'Birch shall reimburse travel expenses.'],
    ],
  ] as const)('%s', ([, parties, texts]) => {
    const changes = opened(parties, ...texts, terminates('Alder'));
    expect(levelOf('one-sided-termination', 'customer', changes)).toBe('high');
    expect(levelOf('one-sided-termination', 'supplier', changes)).toBeUndefined();
  });
});
