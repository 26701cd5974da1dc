import { describe, expect, test } from 'vitest';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { type ContractChanges, contract, opening } from './contracts.ts';
import { riskExamples } from './risk-examples.ts';

const { ruleset } = loadRuleset();

const { rules } = loadRuleset().ruleset;

function risksOf(changes: ContractChanges) {
  return review({ text: contract(changes), pages: [] }, () => undefined, ruleset).risks;
}

test('a balanced agreement has no risk', () => {
  expect(risksOf({}).map(({ ruleId }) => ruleId)).toEqual([]);
});

describe.for(riskExamples)('$ruleId', ({ ruleId, risky, harmless, quotesNothing }) => {
  test('is reported with what shows it', () => {
    const risk = risksOf(risky).find((each) => each.ruleId === ruleId);
    expect(risk, `${ruleId} is not among the risks`).toBeDefined();
    expect(risk?.spans.length ?? 0).toBeGreaterThan(quotesNothing ? -1 : 0);
    if (quotesNothing) {
      expect(risk?.spans).toEqual([]);
      expect(risk?.searches?.[0]?.searched, 'the search that was made').not.toEqual([]);
    }
  });

  test('is not reported for what only looks like it', () => {
    expect(risksOf(harmless).map((each) => each.ruleId)).not.toContain(ruleId);
  });
});

test('every rule has an example and says why it matters and what to ask for', () => {
  expect(riskExamples.map(({ ruleId }) => ruleId)).toEqual(rules.map(({ id }) => id));
  expect(rules.length).toBeGreaterThanOrEqual(40);
  for (const { title, reason, ask_for } of rules) {
    expect(title).toMatch(/^[A-Z]/);
    expect(reason).toMatch(/\.$/);
    expect(ask_for).toMatch(/\.$/);
  }
});

test('whoever is paid for advice answers for it as for any service', () => {
  const consulting = opening.replace('SERVICES AGREEMENT', 'CONSULTING AGREEMENT');
  const found = risksOf({ opening: consulting, without: ['liability'] });
  expect(found).toMatchObject([{ ruleId: 'no-liability-cap', level: 'high' }]);
});

test('what another risk says better is not said twice', () => {
  const found = risksOf({
    with: [
      'The Customer hereby appoints the Supplier as its exclusive supplier of the services.',
      'The Customer undertakes a minimum purchase of services of $90,000 in each year.',
    ],
  });
  expect(found.map(({ ruleId }) => ruleId)).toEqual(['exclusivity-with-minimum']);
});

test('the gravest risks come first', () => {
  const levels = risksOf({ without: ['liability', 'law'], with: ['The software is provided "as is".'] }).map(
    ({ level }) => level,
  );
  expect(levels).toEqual(['high', 'medium', 'low']);
});

describe('text that people do not see is reported', () => {
  test.for([
    ['The Supplier\u200b shall invoice monthly.', 'hidden_text', 'info'],
    ['The Supplier shall \u202eylhtnom\u202c invoice.', 'hidden_text_deceptive', 'medium'],
  ] as const)('%s', ([sentence, ruleId, level]) => {
    expect(risksOf({ with: [sentence] })).toMatchObject([{ ruleId, level, spans: [{ page: 1 }] }]);
  });
});

describe('a contract in plain words has the risks that it would have in the words of lawyers', () => {
  const supply = {
    without: ['termination', 'indemnity'],
    with: [
      'Supplier may end this agreement at any time on 14 days notice.',
      "Customer shall indemnify Supplier against all losses arising out of the goods, without limit and whether or not caused by Supplier's negligence.",
      "Supplier may assign it to anyone without Customer's consent.",
      'The Supplier may modify the duties, the place of work and other employment terms from time to time.',
      'The rights of the Customer will terminate immediately without notice if the Customer fails to comply with any provision.',
    ],
    paragraphs: ['[Position that is offered]'],
  } as const;

  test.for([
    'one-sided-termination',
    'unlimited-indemnity',
    'indemnity-for-others-fault',
    'free-assignment',
    'unilateral-amendment',
    'termination-without-cure',
    'blanks',
  ])('%s', (ruleId) => {
    expect(risksOf(supply).map((each) => each.ruleId)).toContain(ruleId);
  });

  test('and a right to end it is a right to terminate', () => {
    expect(risksOf(supply).map((each) => each.ruleId)).not.toContain('no-termination-right');
  });

  test('which both parties may have', () => {
    const mutual = {
      with: [
        'Supplier may end this agreement at any time on 60 days notice.',
        'Customer may end this agreement at any time on 60 days notice.',
      ],
    };
    expect(risksOf(mutual).map((each) => each.ruleId)).not.toContain('one-sided-termination');
  });
});
