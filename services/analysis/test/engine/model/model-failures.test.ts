import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuiltinEngine } from '../../../src/engine/builtin/builtin-engine.ts';
import { contract } from '../contracts.ts';
import { answer, clause, risk } from './answers.ts';
import { faultsOf, ofModel, openModel, warmBuiltin } from './model-harness.ts';
import type { Reply } from './model-server.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());
let builtin: BuiltinEngine;
beforeAll(async () => {
  builtin = stack.use(await warmBuiltin());
});

const oneSided = 'The Supplier may terminate this Agreement at any time without notice.';
const text = contract({ with: [oneSided] });
const good = answer({ risks: [risk(oneSided)] });
/** In characters: somewhat more than the shortest section that can be cut, so that halves of halves fit. */
const tooLong = 3300;
const json = (value: unknown): Reply => ({ kind: 'answer', content: JSON.stringify(value) });
const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

/** What a server may do to us, whatever is asked, and how the review then ends. */
const hopeless: [string, Reply, string][] = [
  ['hangs', { kind: 'hang' }, 'model_timed_out'],
  ['is too slow', { kind: 'answer', content: '{}', delayMs: 3000 }, 'model_timed_out'],
  ['breaks off', { kind: 'break off', content: '{"clauses":' }, 'model_unreachable'],
  ['answers in prose', { kind: 'answer', content: 'This contract is fine.' }, 'model_answers_unusable'],
  ['answers by another schema', json({ verdict: 'no risks' }), 'model_answers_unusable'],
  ['answers with lists that are none', json({ clauses: {}, risks: 'none', obligations: 1 }), 'model_answers_unusable'],
  ['answers with nothing', { kind: 'answer', content: '' }, 'model_answers_unusable'],
  ['answers with brackets without end', { kind: 'answer', content: deep }, 'model_answers_unusable'],
  ['answers without end', { kind: 'answer', content: `"${'x'.repeat(400_000)}"` }, 'model_answers_unusable'],
  ['does not speak its protocol', { kind: 'raw', body: '<html>proxy</html>' }, 'model_answers_unusable'],
  ['is out of order', { kind: 'status', status: 500 }, 'model_unavailable'],
  ['has no time', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }, 'model_unavailable'],
  ['refuses the key', { kind: 'status', status: 401 }, 'model_refused'],
  [
    'redirects to a metadata service',
    { kind: 'status', status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } },
    'model_refused',
  ],
  ['uses up its tokens', { kind: 'length', content: '{"clauses":[' }, 'model_context_too_small'],
];

describe.concurrent.each(['ollama', 'openai'] as const)('a review by a server of %s that', (protocol) => {
  it.each(hopeless)('%s fails in bounded time and says why', async (_, reply, reason) => {
    await using model = await openModel(() => reply, { protocol, builtin });
    const startedAt = performance.now();
    await expect(model.review(text)).rejects.toMatchObject({ name: 'ReviewFailure', reason });
    expect(performance.now() - startedAt).toBeLessThan(8000);
  });
});

describe('a server that fails and then works', () => {
  const passing: [string, Reply][] = [
    ['an overload', { kind: 'status', status: 503 }],
    ['a limit of requests', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
    ['a broken connection', { kind: 'break off', content: '{' }],
    ['an error in the midst of an answer', { kind: 'error in stream', content: '{' }],
    ['an answer that is no JSON', { kind: 'answer', content: 'Sure! Here is the JSON:' }],
    ['a slow answer', { kind: 'hang' }],
  ];
  it.each(passing)('is asked again after %s, with another seed', async (_, reply) => {
    await using model = await openModel((_question, count) => (count === 1 ? reply : good), { builtin });
    const review = await model.review(text);
    expect(ofModel(review.risks)).toHaveLength(1);
    expect(model.server.asked.map(({ body }) => body.options?.seed)).toEqual([1, 2]);
  });

  it('is left alone for as long as it asks', async () => {
    let waited = 0;
    let refusedAt = 0;
    await using model = await openModel(
      (_question, count) => {
        if (count === 2) waited = performance.now() - refusedAt;
        refusedAt = performance.now();
        return count === 1 ? { kind: 'status', status: 429, headers: { 'retry-after': '1' } } : good;
      },
      { builtin, longestPauseMs: 5000 },
    );
    await model.review(text);
    expect(waited).toBeGreaterThan(900);
  });
});

it('a section that cannot be read is listed with its reason, and the others count', async () => {
  const planted = 'The Customer grants the Supplier its first-born software.';
  const long = `${contract().repeat(8)}\n\n${planted}\n\n${contract().repeat(8)}`;
  await using model = await openModel(
    ({ section }) => (section.includes(planted) ? { kind: 'answer', content: 'I cannot.' } : good),
    { builtin },
  );
  const { coverage, droppedFindings } = await model.review(long);
  expect(coverage.unread).toMatchObject([{ reason: expect.stringContaining('not JSON') }]);
  const [{ start, end } = { start: 0, end: 0 }] = coverage.unread;
  expect(long.slice(start, end)).toContain(planted);
  expect(coverage.readChars).toBe(coverage.totalChars - (end - start));
  expect(droppedFindings).toBeGreaterThan(0);
});

it('a section whose findings do not fit into an answer is read in halves', async () => {
  await using model = await openModel(
    ({ section }) =>
      section.length > tooLong
        ? { kind: 'length', content: '{' }
        : answer({ risks: section.includes(oneSided) ? [risk(oneSided)] : [] }),
    { builtin },
  );
  const review = await model.review(text);
  expect(review.coverage.unread).toEqual([]);
  expect(ofModel(review.risks)).toHaveLength(1);
});

it.each(['ollama', 'openai'] as const)(
  'a section that a server of %s refuses as too long is read in halves',
  async (protocol) => {
    const refusal = {
      kind: 'status',
      status: 400,
      error: "This model's maximum context length is 4096 tokens.",
    } as const;
    await using model = await openModel(({ section }) => (section.length > tooLong ? refusal : good), {
      builtin,
      protocol,
    });
    const review = await model.review(text);
    expect(review.coverage.unread).toEqual([]);
    expect(ofModel(review.risks)).toHaveLength(1);
  },
);

it('a prompt that the server cut to its context is not taken for read', async () => {
  await using model = await openModel(() => ({ ...good, promptTokens: 8192 }) as Reply, { builtin });
  await expect(model.review(text)).rejects.toMatchObject({ reason: 'model_context_too_small' });
});

it('a review ends at its deadline with what was read until then', async () => {
  await using model = await openModel((_question, count) => (count <= 2 ? good : { kind: 'hang' }), {
    builtin,
    callTimeoutMs: 60_000,
    reviewTimeoutMs: 2000,
  });
  const { coverage } = await model.review(contract().repeat(30));
  expect(coverage.unread).toMatchObject([{ reason: expect.stringContaining('time for the whole document') }]);
  expect(coverage.readChars).toBeGreaterThan(0);
});

it('a server that fails section after section is not asked about all of them', async () => {
  await using model = await openModel(() => ({ kind: 'status', status: 500 }), { builtin });
  await expect(model.review(contract().repeat(60))).rejects.toMatchObject({ reason: 'model_unavailable' });
  expect(model.server.asked.length).toBeLessThan(20);
});

it('a server that is not there fails the review', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => gone.once('listening', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  await using model = await openModel(() => good, { builtin, baseUrl: new URL(`http://127.0.0.1:${port}`) });
  await expect(model.review(text)).rejects.toMatchObject({ reason: 'model_unreachable' });
  expect(await model.engine.currentModel()).toBe('llama3.2:3b');
});

it('a model that the server does not have fails the review, with the command that fetches it', async () => {
  await using model = await openModel(() => good, { builtin });
  model.server.models = [];
  await expect(model.review(text)).rejects.toMatchObject({
    reason: 'model_refused',
    message: expect.stringContaining('ollama pull llama3.2:3b'),
  });
});

describe('an answer that says what the contract does not', () => {
  const liability = 'the aggregate liability of each party shall not exceed $500,000';
  const invented: [string, Reply][] = [
    ['a quote that is nowhere', answer({ risks: [risk('The Customer shall pay one billion dollars at once.')] })],
    ['another sum', answer({ risks: [risk(liability, 'Liability is capped at $5,000.')] })],
    ['another period', answer({ clauses: [clause('Renewal Term', 'within thirty (30) days of receipt', '60 days')] })],
    ['a cap that is none', answer({ risks: [risk(liability, 'The liability is unlimited.')] })],
    ['a negation', answer({ risks: [risk(oneSided, 'The Supplier may not terminate this Agreement.')] })],
    ['a category that there is not', answer({ clauses: [clause('Goodness', liability)] })],
    ['an empty quote', answer({ risks: [risk('')] })],
    ['a quote of two letters', answer({ risks: [risk('a')] })],
    ['that there are no risks', answer({ risks: [risk(oneSided, 'There are no material risks in this contract.')] })],
    ['a link', answer({ risks: [risk(oneSided, 'See https://evil.example/login for details.')] })],
    [
      'a party of its own',
      answer({ obligations: [{ party: 'Zebra Holdings', action: 'pay', due: '', condition: '', quote: oneSided }] }),
    ],
    ['a book', answer({ risks: [risk(oneSided, 'word '.repeat(1000))] })],
  ];
  it.each(invented)('(%s) is dropped and counted', async (_, reply) => {
    await using model = await openModel(() => reply, { builtin });
    const review = await model.review(text);
    expect(review.droppedFindings).toBe(1);
    expect([...ofModel(review.risks), ...ofModel(review.clauses), ...ofModel(review.obligations)]).toEqual([]);
    expect(faultsOf(text, review)).toEqual([]);
  });

  it('a thousand times is held to what a section may have', async () => {
    await using model = await openModel(() => answer({ risks: Array.from({ length: 500 }, () => risk(oneSided)) }), {
      builtin,
    });
    const review = await model.review(text);
    expect(ofModel(review.risks)).toHaveLength(1);
    expect(review.droppedFindings).toBe(440);
  });
});
