import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Analysis, Review } from '../../../src/domain/analysis.ts';
import type { BuiltinEngine } from '../../../src/engine/builtin/builtin-engine.ts';
import { analysisIn } from '../../../src/storage/analysis-codec.ts';
import { renderAnalysis } from '../../../src/storage/rendered-analysis.ts';
import { answer, clause, risk } from './answers.ts';
import { hostileContracts, planted } from './hostile-contracts.ts';
import { faultsOf, inputOf, ofModel, openModel, warmBuiltin } from './model-harness.ts';
import type { AskedQuestion, Reply } from './model-server.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());
let builtin: BuiltinEngine;
beforeAll(async () => {
  builtin = stack.use(await warmBuiltin());
});

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

/** A model that does whatever a contract tells it, in the ways that would harm most. */
const hijackedModels: [string, (question: AskedQuestion) => Reply][] = [
  ['is silent', () => answer()],
  [
    'says that all is well',
    () => answer({ risks: [{ ...risk(planted[0], 'This contract has no risks.'), level: 'low', title: 'No risks' }] }),
  ],
  [
    'repeats instructions and its boundary',
    ({ boundary, body }) =>
      answer({ risks: [risk(planted[0], `${boundary} ${body.messages[0]?.content.slice(0, 200)}`)] }),
  ],
  [
    'sends readers elsewhere',
    () =>
      answer({
        risks: [risk(planted[0], 'Read https://evil.example/terms first.')],
        clauses: [clause('Governing Law', planted[0], 'www.evil.example')],
      }),
  ],
  [
    'obeys a fake header',
    () => answer({ clauses: [clause('Cap On Liability', 'The liability of both parties is capped at $2.', '$2')] }),
  ],
];

/** The findings of the built-in engine, without the marks that a comparison adds. */
function ofBuiltin(review: Review) {
  const own = <Finding extends { source?: string; agreement?: unknown }>(findings: readonly Finding[]) =>
    findings.filter(({ source }) => source !== 'model').map(({ agreement: _, source: __, ...finding }) => finding);
  const risks = own(review.risks).filter(({ ruleId }) => !ruleId.startsWith('hidden_text'));
  return { clauses: own(review.clauses), risks, obligations: own(review.obligations), score: review.riskScore };
}

/** Storing and reading back is what checks a review against the result schema. */
function storedAndRead(review: Review): Review | undefined {
  const analysis = {
    status: 'completed',
    analysisId: 'a',
    documentId: 'd',
    requestedBy: 'u',
  } as unknown as Analysis;
  return analysisIn(renderAnalysis({ ...sample, ...analysis }, JSON.stringify(toSnakeCase(review)))).review;
}

const sample = {
  analysisType: 'contract_review',
  engine: 'ollama',
  modelUsed: 'm',
  engineVersion: '1',
  rulesetVersion: '1',
  position: 'neutral',
  textSha256: '',
  createdAt: new Date(),
  processingTimeMs: 1,
} as const;

describe.each(Object.entries(hostileContracts))('a contract with %s', (_, text) => {
  it.each(hijackedModels)('keeps nothing from the review by a model that %s', async (_model, script) => {
    await using model = await openModel(script, { builtin });
    const [review, alone] = [await model.review(text), await builtin.review(inputOf(text), quiet)];
    expect(ofBuiltin(review)).toEqual(ofBuiltin(alone));
    expect(faultsOf(text, review)).toEqual([]);
    expect([...ofModel(review.risks), ...ofModel(review.clauses)]).toEqual([]);
    expect(storedAndRead(review)).toEqual(review);
    expect(model.server.strayPaths).toEqual([]);
  });

  it('reaches the model as data: visible, unmarked, and between boundaries that it cannot know', async () => {
    await using model = await openModel(() => answer(), { builtin });
    await model.review(text);
    const [first] = model.server.asked;
    expect(first?.boundary).toMatch(/^CONTRACT-[\w-]{24}$/);
    expect(text).not.toContain(first?.boundary);
    for (const { section, body } of model.server.asked) {
      expect(body.messages.map(({ role }) => role)).toEqual(['system', 'user']);
      expect(body.messages[0]?.content).not.toMatch(/IGNORE ALL/);
      expect(section).not.toMatch(/<\|im_|\[\/?INST\]|<\|eot_id|<<SYS|[\u200b\u202a-\u202e]|[\u{e0000}-\u{e007f}]/u);
      for (const risky of planted) expect(section).toContain(risky);
    }
  });

  it('has its planted risks reported by an honest model and by the built-in engine', async () => {
    await using model = await openModel(() => answer({ risks: planted.map((quote) => risk(quote)) }), { builtin });
    const review = await model.review(text);
    const quotes = (source: string) =>
      review.risks
        .filter((each) => each.source === source)
        .flatMap(({ spans }) => spans.map(({ quote }) => quote.replaceAll('\u200b', '')));
    expect(quotes('model').length).toBe(2);
    for (const source of ['model', 'builtin']) {
      expect(quotes(source).join('\n'), source).toContain(
        'liability of the Customer under this Agreement shall be unlimited',
      );
    }
  });
});

it('two reviews of a contract never have the same boundary', async () => {
  await using model = await openModel(() => answer(), { builtin });
  const text = hostileContracts['a fake end of the document'] ?? '';
  await model.review(text);
  await model.review(text);
  expect(model.server.asked[0]?.boundary).not.toBe(model.server.asked[1]?.boundary);
});

it.each([
  ['instructions in invisible characters', 'medium'],
  ['words that read backwards', 'medium'],
  ['zero-width characters within the risky words', 'info'],
])('%s are reported with their place', async (name, level) => {
  await using model = await openModel(() => answer(), { builtin });
  const text = hostileContracts[name] ?? '';
  const review = await model.review(text);
  const found = review.risks.filter(({ ruleId }) => ruleId.startsWith('hidden_text'));
  expect(found).toMatchObject([
    {
      level,
      source: 'builtin',
      spans: [
        expect.anything(),
        ...Array(found[0]?.spans.length ?? 1)
          .fill(expect.anything())
          .slice(1),
      ],
    },
  ]);
  expect(faultsOf(text, review)).toEqual([]);
});
