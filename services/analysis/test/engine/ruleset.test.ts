import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configFrom } from '../../src/config.ts';
import { type Position, positions } from '../../src/domain/analysis.ts';
import { BuiltinEngine } from '../../src/engine/builtin/builtin-engine.ts';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { rulesetVersionOf } from '../../src/engine/builtin/versions.ts';
import { contract } from './contracts.ts';

const { ruleset: builtinRuleset } = loadRuleset();

const directory = mkdtempSync(join(tmpdir(), 'ruleset-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
/** A file with the text of an organization's ruleset. */
function own(text: string): string {
  const file = join(directory, `own-${files++}.yaml`);
  writeFileSync(file, text);
  return file;
}

/** The worked example of the documentation. */
const documentation = readFileSync(new URL('../../../../docs/ruleset.md', import.meta.url), 'utf8');
const example = /```yaml\n# our-rules\.yaml\n([\s\S]*?)```/.exec(documentation)?.[1] ?? '';

const minimal = (rules: string) => `version: 1\nrules:\n${rules}`;
const newRule = `  - id: gifts
    level: low
    title: Gifts
    reason: Gifts are not allowed here.
    ask_for: No gifts.
    when: { says: [gifts?] }
`;

function risks(clause: string, ruleset = builtinRuleset, position: Position = 'neutral') {
  return review({ text: contract({ with: [clause] }), pages: [], position }, () => undefined, ruleset).risks;
}

function ids(clause: string, position: Position): string[] {
  return risks(clause, undefined, position).map(({ ruleId }) => ruleId);
}

describe('an own ruleset', () => {
  test('of the documentation does what the documentation says', () => {
    const { ruleset } = loadRuleset(own(example));
    const rule = (id: string) => ruleset.rules.find((each) => each.id === id);
    expect(rule('gifts-to-staff')).toMatchObject({ level: 'high' });
    expect(rule('long-payment-term')).toMatchObject({ level: 'high', title: 'Payment later than 60 days' });
    expect(rule('joint-ip')).toBeUndefined();
    expect(ruleset.weights).toEqual({ high: 0.4, medium: 0.1, low: 0.03, info: 0 });
    expect(risks('The Supplier may give gifts to the staff of the Customer.', ruleset)).toMatchObject([
      { ruleId: 'gifts-to-staff', spans: [{ quote: 'The Supplier may give gifts to the staff of the Customer.' }] },
    ]);
  });

  test('is part of the version, by its digest', () => {
    const versionWith = (rulesetFile?: string) => rulesetVersionOf(loadRuleset(rulesetFile));
    const builtin = versionWith();
    const first = versionWith(own(minimal(newRule)));
    const second = versionWith(own(minimal(newRule.replace('low', 'high'))));
    expect(first).toMatch(/^2\.\d+\.\d+-[0-9a-f]{16}\+[0-9a-f]{16}$/);
    expect(first.startsWith(builtin)).toBe(true);
    expect(second).not.toBe(first);
  });

  test('is applied in the threads of the engine', async () => {
    await using engine = new BuiltinEngine({ threads: 1, rulesetFile: own(minimal(newRule)) });
    const options = { signal: AbortSignal.timeout(20_000), onProgress: () => undefined };
    const { risks: found } = await engine.review(
      { text: contract({ with: ['Gifts are welcome.'] }), pages: [] },
      options,
    );
    expect(found.map(({ ruleId }) => ruleId)).toEqual(['gifts']);
    expect(engine.rulesetVersion).toMatch(/\+[0-9a-f]{16}$/);
  });

  test.for([
    ['no YAML', 'rules: [', /own-\d+\.yaml cannot be used:\n {2}.* at line 1/],
    ['another version of the format', 'version: 2\nrules: []', /version: must be 1, the version of the format/],
    ['a level that there is not', minimal(newRule.replace('low', 'severe')), /rule gifts: level: /],
    ['a field that there is not', minimal(`${newRule}    severity: 3\n`), /rule gifts: .*"severity"/],
    ['a new rule without a reason', minimal(newRule.replace(/ {4}reason.*\n/, '')), /rule gifts: reason: /],
    [
      'an unknown clause',
      minimal(newRule.replace('says: [gifts?]', 'found: Gifts')),
      /rule gifts: when\.found: "Gifts" is no clause/,
    ],
    [
      'no known condition',
      minimal(newRule.replace('says', 'mentions')),
      /rule gifts: when: a condition has exactly one of found, /,
    ],
    [
      'a phrase without bounds',
      minimal(newRule.replace('gifts?', 'gift.*')),
      /rule gifts: when\.says\.0: not a phrase: unbounded/,
    ],
    [
      'a condition deep inside',
      minimal(newRule.replace('says: [gifts?]', 'all: [{ not: { duration: Insurance } }]')),
      /rule gifts: when\.all\.0\.not: takes one of longer_than/,
    ],
    [
      'no length of time',
      minimal(newRule.replace('says: [gifts?]', 'duration: Insurance, longer_than: ages')),
      /when\.longer_than: must be a length of time/,
    ],
    ['two rules of one id', minimal(newRule + newRule), /rule gifts: there is another rule of this id/],
    [
      'a disabled rule that is not there',
      minimal('  - { id: gifts, disabled: true }\n'),
      /rule gifts: disabled: there is no built-in rule/,
    ],
    [
      'a superseded rule that is not there',
      minimal(`${newRule}    supersedes: [presents]\n`),
      /rule gifts: supersedes: there is no rule presents/,
    ],
    [
      'an id with spaces',
      minimal(newRule.replace('id: gifts', 'id: No Gifts')),
      /rule No Gifts: id: must be in kebab case/,
    ],
  ] as const)('with %s is refused, with its file, rule and field', ([, text, message]) => {
    expect(() => loadRuleset(own(text))).toThrow(message);
  });

  test('that is not there is a wrong setting', () => {
    const file = join(directory, 'none.yaml');
    expect(() => configFrom({ RULESET_FILE: file })).toThrow(
      `The ruleset ${file} cannot be used:\n  cannot be read (ENOENT)`,
    );
  });
});

describe('the position of the reviewer', () => {
  const supplierAlone = 'The Supplier may terminate this Agreement for convenience on sixty days written notice.';

  test.for([
    ['neutral', true],
    ['customer', true],
    ['licensee', true],
    ['supplier', false],
    ['licensor', false],
  ] as const)("a right of the supplier's alone is a risk to a %s reviewer: %s", ([position, isRisk]) => {
    expect(ids(supplierAlone, position).includes('one-sided-termination')).toBe(isRisk);
  });

  test.for([
    ['neutral', true],
    ['customer', false],
    ['supplier', true],
  ] as const)("a duty of the supplier's alone is a risk to a %s reviewer: %s", ([position, isRisk]) => {
    const duty = 'During the term the Supplier shall not work for any competitor of the Customer.';
    expect(ids(duty, position).includes('non-compete')).toBe(isRisk);
  });

  test('raises and lowers levels', () => {
    const levelFor = (position: Position) =>
      risks('The software is provided "as is".', undefined, position).find(({ ruleId }) => ruleId === 'as-is')?.level;
    expect(positions.map((position) => [position, levelFor(position)])).toEqual([
      ['neutral', 'low'],
      ['customer', 'medium'],
      ['supplier', 'info'],
      ['licensor', 'info'],
      ['licensee', 'medium'],
    ]);
  });

  test('is told by the other party where a name is no role', () => {
    const text = contract({
      opening:
        'AGREEMENT\n\nThis Agreement is made between Alder Works, Inc. ("Alder") and Birch Foods LLC ("Customer").\n\nThe parties agree as follows:',
      with: ['Alder may terminate this Agreement for convenience on sixty days written notice.'],
    });
    const found = (position: Position) =>
      review({ text, pages: [], position }, () => undefined, builtinRuleset).risks.map(({ ruleId }) => ruleId);
    expect(found('customer')).toContain('one-sided-termination');
    expect(found('supplier')).not.toContain('one-sided-termination');
  });
});

test('the score shows its arithmetic', () => {
  const { riskScore, riskScoring } = review(
    { text: contract({ without: ['liability', 'law'], with: ['The software is provided "as is".'] }), pages: [] },
    () => undefined,
    builtinRuleset,
  );
  expect(riskScoring).toEqual({
    weights: [
      { level: 'high', weight: 0.25, count: 1 },
      { level: 'medium', weight: 0.1, count: 1 },
      { level: 'low', weight: 0.03, count: 1 },
      { level: 'info', weight: 0, count: 0 },
    ],
    arithmetic: '1 - (1 - 0.25) x (1 - 0.1) x (1 - 0.03) = 0.345',
  });
  expect(riskScore).toBe(0.345);
});

test('a risk of something missing says what was searched for and what came closest', () => {
  const [risk] = review(
    { text: contract({ without: ['assignment'] }), pages: [] },
    () => undefined,
    builtinRuleset,
  ).risks;
  expect(risk).toMatchObject({
    ruleId: 'no-assignment-clause',
    spans: [],
    searches: [{ category: 'Anti-Assignment', searched: expect.arrayContaining([expect.any(String)]) }],
  });
});
