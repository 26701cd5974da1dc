import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from './engine/contracts.ts';
import { answer, risk } from './engine/model/answers.ts';
import { ModelServer, modelDigest } from './engine/model/model-server.ts';
import type { User } from './neighbours.ts';
import { type AnalysisClient, analyze, openServiceHarness, type ServiceHarness, type Wish } from './service-harness.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const oneSided = 'The Supplier may terminate this Agreement at any time without notice.';
const hanging = 'Whoever reads this waits.';
const nonsense = 'Whoever reads this talks nonsense.';

let harness: ServiceHarness;
let server: ModelServer;
let client: AnalysisClient;
let user: User;
beforeAll(async () => {
  server = stack.use(
    await ModelServer.start(({ section }) => {
      if (section.includes(hanging)) return { kind: 'hang' };
      if (section.includes(nonsense)) return { kind: 'answer', content: 'No.' };
      return answer({ risks: [risk(oneSided)] });
    }),
  );
  harness = stack.use(
    await openServiceHarness({
      OLLAMA_BASE_URL: server.url.href,
      OPENAI_BASE_URL: `${server.url.href}v1`,
      MODEL_ANALYSIS_CONCURRENCY: '2',
      MODEL_CALL_SECONDS: '30',
    }),
  );
  client = stack.use(await harness.startProduct()).client;
  user = harness.neighbours.addUser();
});

let count = 0;
/** Texts are different, so that none is a repetition of another. */
const newDocument = (...clauses: string[]) =>
  harness.neighbours.addDocument({
    ownerId: user.userId,
    text: contract({ with: [oneSided, `Note ${++count}.`, ...clauses] }),
  });
const ask = (documentId: string, wish: Wish = {}) =>
  analyze(client, user, documentId, { engine: 'ollama', waitSeconds: 30, ...wish });

describe('a review by a language model', () => {
  it('is stored with the findings of both engines, the digest of the model and the hash of the instructions', async () => {
    const { analysis } = await ask(newDocument());
    expect(analysis).toMatchObject({
      status: 'completed',
      engine: 'ollama',
      modelUsed: `llama3.2:3b@sha256:${modelDigest}`,
      promptSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      fallback: undefined,
    });
    expect(new Set(analysis.risks.map(({ source }) => source))).toEqual(new Set(['builtin', 'model']));
    expect(analysis.risks.find(({ source }) => source === 'model')).toMatchObject({
      agreement: expect.stringMatching(/^(?:agreed|differs|alone)$/),
      spans: [{ quote: expect.stringContaining(oneSided) }],
    });
    const stored = await client.getAnalysis({ analysisId: analysis.analysisId }, { authorization: user.authorization });
    expect(stored.analysis).toEqual(analysis);
  });

  it('is given back to whoever asks for the same again', async () => {
    const documentId = newDocument();
    const { analysis } = await ask(documentId);
    const asked = server.asked.length;
    expect(await ask(documentId)).toEqual({ analysis, reused: true });
    expect(await ask(documentId, { engine: 'builtin' })).toMatchObject({
      reused: false,
      analysis: { engine: 'builtin' },
    });
    expect(server.asked.length).toBe(asked);
  });

  it('fails with the reason when the model answers nonsense, and leaves no findings', async () => {
    const { analysis } = await ask(newDocument(nonsense));
    expect(analysis).toMatchObject({
      status: 'failed',
      error: { reason: 'model_answers_unusable', message: expect.stringContaining('not JSON') },
      clauses: [],
      risks: [],
    });
  });

  it('is done by the built-in engine, and labelled so, when the caller allowed it and the model fails', async () => {
    const documentId = newDocument(nonsense);
    const { analysis } = await ask(documentId, { allowFallback: true });
    expect(analysis).toMatchObject({
      status: 'completed',
      engine: 'builtin',
      promptSha256: undefined,
      fallback: { engine: 'ollama', reason: 'model_answers_unusable' },
    });
    expect(analysis.risks.every(({ source }) => source === 'builtin')).toBe(true);
    expect(await ask(documentId, { engine: 'builtin' })).toMatchObject({
      reused: false,
      analysis: { fallback: undefined },
    });
    expect(await ask(documentId, { allowFallback: true })).toMatchObject({ reused: false });
  });

  it('that hangs keeps no other review waiting, and ends when it is cancelled, up to the connection', async () => {
    const stuck = await Promise.all([hanging, hanging].map((clause) => ask(newDocument(clause), { waitSeconds: 0 })));
    const isStuck = ({ section }: { section: string }) => section.includes(hanging);
    await expect.poll(() => server.asked.filter(isStuck).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);

    const others = await Promise.all([1, 2, 3].map(() => ask(newDocument(), { engine: 'builtin' })));
    expect(others.map(({ analysis }) => analysis.status)).toEqual(['completed', 'completed', 'completed']);

    for (const { analysis } of stuck) {
      await client.cancelAnalysis({ analysisId: analysis.analysisId }, { authorization: user.authorization });
    }
    await Promise.all(server.asked.filter(isStuck).map(({ hungUp }) => hungUp));
    expect(await ask(newDocument())).toMatchObject({ analysis: { status: 'completed' } });
  });
});

it('an engine that is not configured is refused, with the setting that is missing', async () => {
  await expect(ask(newDocument(), { engine: 'openai' })).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
    reason: 'ENGINE_NOT_CONFIGURED',
    message: expect.stringContaining('set OPENAI_MODEL'),
  });
  await expect(ask(newDocument(), { engine: 'oracle' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});
