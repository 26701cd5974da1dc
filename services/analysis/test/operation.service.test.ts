import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './analysis-stack.ts';
import { analyze, openServiceHarness, type ServiceHarness } from './service-harness.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

describe('a service that is told to stop', () => {
  let harness: ServiceHarness;
  beforeAll(async () => {
    harness = stack.use(await openServiceHarness());
  });

  it('answers those who wait with what there is, and leaves its work to the next one', async () => {
    const { neighbours } = harness;
    const user = neighbours.addUser();
    const documentId = neighbours.addDocument({ ownerId: user.userId, text: 'Agreement !work 6500' });
    const stopped = await harness.startReplica();
    const waiting = analyze(stopped.client, user, documentId, { waitSeconds: 30 });
    const { analysis: watched } = await analyze(stopped.client, user, documentId, { waitSeconds: 0, force: true });
    const request = { analysisId: watched.analysisId, afterSequence: 0 };
    const watch = stopped.client.watchAnalysis(request, user)[Symbol.asyncIterator]();
    await watch.next();
    const watching = Array.fromAsync({ [Symbol.asyncIterator]: () => watch }).catch((error: unknown) => error);
    await eventually(async () => stopped.engine.begun === 2, 'the beginning of both reviews');

    const toldAt = performance.now();
    await stopped[Symbol.asyncDispose]();
    expect(performance.now() - toldAt).toBeLessThan(10_000);
    const { analysis } = await waiting;
    expect(analysis.status).toBe('running');
    expect(await watching).toMatchObject({ code: 'UNAVAILABLE', reason: 'SHUTTING_DOWN' });
    expect(stopped.engine.aborted).toBe(2);

    await using next = await harness.startReplica();
    const events = await Array.fromAsync(
      next.client.watchAnalysis({ analysisId: analysis.analysisId, afterSequence: 0 }, user),
    );
    expect(events.at(-1)?.status).toBe('completed');
  }, 40_000);
});

describe('a service that has no Redis at all', () => {
  it('does everything from PostgreSQL', async () => {
    const harness = stack.use(await openServiceHarness({ REDIS_URL: '' }));
    const [worker, other] = [stack.use(await harness.startReplica()), stack.use(await harness.startReplica())];
    const { neighbours } = harness;
    const user = neighbours.addUser();
    const documentId = neighbours.addDocument({ ownerId: user.userId, text: 'Agreement !work 300' });
    const { analysis } = await analyze(worker.client, user, documentId);
    expect(analysis.status).toBe('completed');
    expect((await other.client.getLatestAnalysis({ documentId }, user)).analysis).toEqual(analysis);
    const forced = await analyze(other.client, user, documentId, { force: true });
    expect(forced.analysis.status).toBe('completed');
    expect(await other.client.listAnalyses({ documentId, limit: 0, offset: 0 }, user)).toMatchObject({ totalCount: 2 });
  });
});

describe('the service as it is shipped', () => {
  it('reviews with an engine of its own, whose quotes are exactly what stands in the text', async () => {
    const harness = stack.use(await openServiceHarness());
    const replica = stack.use(await harness.startProduct());
    const user = harness.neighbours.addUser();
    const documentId = harness.neighbours.addDocument({ ownerId: user.userId, text: contract });
    const { analysis } = await analyze(replica.client, user, documentId, { waitSeconds: 30 });
    expect(analysis).toMatchObject({
      status: 'completed',
      engine: 'builtin',
      modelUsed: expect.stringMatching(/^clause-networks@sha256:/),
    });
    expect(analysis.clauses).toHaveLength(41);
    const present = analysis.clauses.filter((clause) => clause.present);
    expect(present.map(({ category }) => category)).toContain('Governing Law');
    const codePoints = Array.from(contract);
    for (const { start, end, quote } of present.flatMap(({ spans }) => spans)) {
      expect(codePoints.slice(start, end).join('')).toBe(quote);
    }
  });
});

const contract = `SUPPLY AGREEMENT 😀

This Supply Agreement is made as of January 15, 2026 between Nordlicht GmbH ("Supplier") and Zoë’s Bakery Ltd ("Buyer").

1. Supply. Supplier shall deliver flour to Buyer every Monday.

2. Governing Law. This Agreement shall be governed by the laws of Ireland.

3. Assignment. Neither party may assign this Agreement without the prior written consent of the other party.
`;
