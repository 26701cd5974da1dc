import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuiltinEngine } from '../../../src/engine/builtin/builtin-engine.ts';
import { balancedClauses, contract } from '../contracts.ts';
import { answer, clause, risk } from './answers.ts';
import { faultsOf, inputOf, ofModel, openModel, warmBuiltin } from './model-harness.ts';
import { modelDigest } from './model-server.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());
let builtin: BuiltinEngine;
beforeAll(async () => {
  builtin = stack.use(await warmBuiltin());
});

const oneSided = 'The Supplier may terminate this Agreement at any time without notice.';
const text = contract({ with: [oneSided] });
const lastWords = 'The Customer shall pay a fee of $9,999 on the last page.';

describe.each(['ollama', 'openai'] as const)('a review by %s', (protocol) => {
  it("has the model's findings beside all of the built-in engine's, with quotes that stand in the text", async () => {
    await using model = await openModel(
      () =>
        answer({
          clauses: [clause('Governing Law', 'governed by the laws of the State of Oregon', 'State of Oregon')],
          risks: [risk(oneSided, 'The supplier may terminate at any time without notice.')],
          obligations: [
            {
              party: 'Customer',
              action: 'pay the fees',
              due: 'within 30 days of receipt of an invoice',
              condition: '',
              quote: 'The Customer shall pay the fees stated in Annex 2 within thirty (30) days',
            },
          ],
        }),
      { protocol, builtin },
    );
    const review = await model.review(text);
    const alone = await builtin.review(inputOf(text), {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect(faultsOf(text, review)).toEqual([]);
    expect(ofModel(review.clauses)).toMatchObject([
      { category: 'Governing Law', present: true, value: 'State of Oregon', agreement: 'agreed' },
    ]);
    expect(ofModel(review.risks)).toMatchObject([
      { level: 'high', spans: [{ quote: expect.stringContaining(oneSided) }] },
    ]);
    expect(ofModel(review.obligations)).toMatchObject([{ party: 'Customer', due: expect.stringContaining('30 days') }]);
    expect(review.droppedFindings).toBe(0);
    for (const kind of ['clauses', 'risks', 'obligations'] as const) {
      expect(review[kind].filter(({ source }) => source !== 'model').length).toBe(alone[kind].length);
    }
    expect(review).toMatchObject({
      summary: alone.summary,
      riskScore: alone.riskScore,
      missingClauses: alone.missingClauses,
      coverage: { unread: [], readChars: alone.coverage.totalChars },
    });
  });
});

it('tells Ollama the size of the context, the schema and nothing of tools', async () => {
  await using model = await openModel(() => answer(), { builtin });
  await model.review(text);
  const [asked] = model.server.asked;
  expect(asked).toMatchObject({
    path: '/api/chat',
    body: {
      model: 'llama3.2:3b',
      format: { type: 'object', required: ['clauses', 'risks', 'obligations'] },
      options: { num_ctx: 8192, num_predict: 1024, temperature: 0, seed: 1 },
    },
  });
  expect(asked?.body.tools).toBeUndefined();
  expect(asked?.body.messages.map(({ role }) => role)).toEqual(['system', 'user']);
});

it("asks OpenAI's protocol for structured output, with the key", async () => {
  await using model = await openModel(() => answer(), { builtin, protocol: 'openai' });
  await model.review(text);
  expect(model.server.asked[0]).toMatchObject({
    path: '/v1/chat/completions',
    authorization: 'Bearer key-of-ours',
    body: {
      model: 'gpt-test',
      max_tokens: 1024,
      response_format: { type: 'json_schema', json_schema: { strict: true, schema: { additionalProperties: false } } },
    },
  });
});

it('says which model it was by its digest, and which instructions by their hash', async () => {
  await using model = await openModel(() => answer(), { builtin });
  expect(await model.engine.currentModel()).toBe(`llama3.2:3b@sha256:${modelDigest}`);
  expect(model.engine.promptSha256).toMatch(/^[0-9a-f]{64}$/);
  await using other = await openModel(() => answer(), { builtin, contextTokens: 16_384 });
  expect(other.engine.promptSha256).not.toBe(model.engine.promptSha256);
});

it('reads a document of many sections to its last words, several sections at a time', async () => {
  const long = `${contract().repeat(40)}\n\n${lastWords}`;
  let atOnce = 0;
  let most = 0;
  const three = Promise.withResolvers<void>();
  await using model = await openModel(
    async ({ section }) => {
      most = Math.max(most, ++atOnce);
      // The first answers wait for each other, so that a slow machine sees them overlap as well.
      if (atOnce === 3) three.resolve();
      await three.promise;
      await new Promise((resolve) => setTimeout(resolve, 2));
      atOnce -= 1;
      return answer({ risks: section.includes(lastWords) ? [risk(lastWords, 'The customer pays $9,999.')] : [] });
    },
    { builtin, concurrency: 3 },
  );
  const stages = new Set<string>();
  const review = await model.review(long, { onProgress: (stage) => stages.add(stage) });
  expect(model.server.asked.length).toBeGreaterThan(5);
  expect(most).toBe(3);
  expect(stages).toContain('model');
  expect(review.coverage).toMatchObject({ unread: [], readChars: Array.from(long).length });
  expect(ofModel(review.risks)).toMatchObject([{ spans: [{ quote: expect.stringContaining(lastWords) }] }]);
  expect(faultsOf(long, review)).toEqual([]);
});

it('counts a finding of the overlap of two sections once', async () => {
  await using model = await openModel(
    ({ section }) => {
      const sentences = section.match(/Clause number \d+ binds the Customer for good\./g) ?? [];
      return answer({ risks: sentences.map((quote) => risk(quote)) });
    },
    { builtin },
  );
  const sentences = Array.from(
    { length: 300 },
    (_, index) => `Clause number ${index + 1} binds the Customer for good.`,
  );
  const review = await model.review(sentences.join('\n\n'));
  expect(model.server.asked.length).toBeGreaterThan(1);
  const quotes = ofModel(review.risks).flatMap(({ spans }) => spans.map(({ quote }) => quote));
  expect(quotes.length).toBe(new Set(quotes).size);
  expect(quotes.length).toBeGreaterThan(100);
});

it('marks what only one engine says, and what they say differently', async () => {
  await using model = await openModel(
    () =>
      answer({
        clauses: [clause('Insurance', balancedClauses.notices), clause('Source Code Escrow', balancedClauses.fees)],
      }),
    { builtin },
  );
  const { clauses } = await model.review(text);
  const marks = (category: string) =>
    clauses.filter((each) => each.category === category).map(({ source, agreement }) => `${source} ${agreement}`);
  expect(marks('Insurance')).toEqual(['builtin differs', 'model differs']);
  expect(marks('Source Code Escrow')).toEqual(['builtin differs', 'model differs']);
  expect(marks('Governing Law')).toEqual(['builtin alone']);
  expect(marks('Non-Compete')).toEqual(['builtin agreed']);
});

it('ends with its reason as soon as it is cancelled, and hangs up', async () => {
  await using model = await openModel(() => ({ kind: 'hang' }), {
    builtin,
    callTimeoutMs: 60_000,
    reviewTimeoutMs: 60_000,
  });
  const cancel = new AbortController();
  const running = model.review(text, { signal: cancel.signal });
  await expect.poll(() => model.server.asked.length).toBeGreaterThan(0);
  const cancelledAt = performance.now();
  cancel.abort(new Error('not wanted any more'));
  await expect(running).rejects.toThrow('not wanted any more');
  await model.server.asked[0]?.hungUp;
  expect(performance.now() - cancelledAt).toBeLessThan(1000);
});

it('ends with its reason while it waits to try again, too', async () => {
  await using model = await openModel(() => ({ kind: 'status', status: 503 }), {
    builtin,
    firstPauseMs: 60_000,
    longestPauseMs: 60_000,
  });
  const cancel = new AbortController();
  const running = model.review(text, { signal: cancel.signal });
  await expect.poll(() => model.server.asked.length).toBeGreaterThan(0);
  cancel.abort(new Error('not wanted any more'));
  await expect(running).rejects.toThrow('not wanted any more');
});

it('refuses a context without room for a section', async () => {
  await expect(openModel(() => answer(), { builtin, contextTokens: 2048 })).rejects.toThrow(RangeError);
});
