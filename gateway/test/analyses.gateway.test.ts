import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWith, type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';
import { describeReports } from './reports.gateway.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let gateway: GatewayStack;
let inject: GatewayStack['server']['inject'];
let headers: { authorization: string };
let baseUrl: string;
beforeAll(async () => {
  gateway = stack.use(await startGateway());
  inject = gateway.server.inject.bind(gateway.server);
  headers = await gateway.loginAsNewUser();
  baseUrl = await gateway.listen();
});

const contract =
  'SERVICES AGREEMENT\n\nThis Services Agreement is made as of March 1, 2026 by and between Alder Works Ltd. and Birch ' +
  'Supplies Inc.\n\n1. Governing Law. This Agreement shall be governed by the laws of the State of New York.\n\n' +
  '2. Term. This Agreement shall continue for three years.\n';
/** Takes the engine long enough for a test to meet it at work. */
const longContract = contract.repeat(6000);

let uploads = 0;
async function upload(text = contract): Promise<string> {
  uploads += 1;
  const payload = formWith(`${text}\nCopy ${uploads}.`);
  return (await inject({ method: 'POST', url: '/api/upload', headers, payload })).json().document_id;
}

const analyze = (documentId: string, { query = '', payload = {}, extra = {} } = {}) =>
  inject({ method: 'POST', url: `/api/analyze/${documentId}${query}`, headers: { ...headers, ...extra }, payload });

interface Event {
  id: string;
  event: string;
  data: { sequence: number; status: string; stage: string; fraction: number; occurred_at: string };
}

function eventsIn(stream: string): Event[] {
  return stream
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) };
    });
}

describe('POST /api/analyze', () => {
  it('answers 200 once the review has ended', async () => {
    const id = await upload();
    const response = await inject({ method: 'POST', url: `/api/analyze/${id}?wait=30`, headers });
    expect([response.statusCode, response.json()]).toEqual([
      200,
      { analysis_id: expect.any(String), document_id: id, status: 'completed', reused: false },
    ]);
  });

  it('answers 202 with its Location when nobody wants to wait', async () => {
    const response = await analyze(await upload(), { query: '?wait=0' });
    const { analysis_id, status } = response.json();
    expect(response.statusCode).toBe(202);
    expect(response.headers.location).toBe(`/api/analyses/${analysis_id}`);
    expect(['queued', 'running']).toContain(status);
    const { status: now, ...record } = (await inject({ url: response.headers.location as string, headers })).json();
    if (['queued', 'running'].includes(now)) expect(record).not.toHaveProperty('clauses');
  });

  it('gives an identical review back, unless a new one is forced', async () => {
    const id = await upload();
    const first = (await analyze(id)).json();
    expect((await analyze(id)).json()).toEqual({ ...first, reused: true });
    const forced = (await analyze(id, { payload: { force: true } })).json();
    expect(forced.analysis_id).not.toBe(first.analysis_id);
  });

  it('reviews for a side, and gives no review for another side back', async () => {
    const id = await upload();
    const neutral = (await analyze(id)).json();
    const { analysis_id, reused } = (await analyze(id, { payload: { position: 'supplier' } })).json();
    expect([analysis_id === neutral.analysis_id, reused]).toEqual([false, false]);
    expect((await inject({ url: `/api/analyses/${analysis_id}`, headers })).json()).toMatchObject({
      position: 'supplier',
      risk_scoring: { weights: expect.any(Array), arithmetic: expect.stringMatching(/^1 - /) },
      key_dates: expect.any(Array),
      monetary_terms: expect.any(Array),
    });
  });

  it('gives the same review for the same Idempotency-Key, and refuses the key for another request', async () => {
    const [id, other] = [await upload(), await upload()];
    const extra = { 'idempotency-key': 'order-1' };
    const ask = (document: string) => analyze(document, { query: '?wait=0', payload: { force: true }, extra });
    const first = (await ask(id)).json();
    expect((await ask(id)).json().analysis_id).toBe(first.analysis_id);
    expect(problemIn(await ask(other))).toMatchObject({ status: 409, reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it.each([
    ['a wait that is too long', { query: '?wait=61' }, 'wait'],
    ['a negative wait', { query: '?wait=-1' }, 'wait'],
    ['an unknown parameter', { query: '?force=true' }, 'force'],
    ['an unknown field', { payload: { model: 'x' } }, 'model'],
    ['an unknown engine', { payload: { engine: 'oracle' } }, 'engine'],
    ['an unknown position', { payload: { position: 'onlooker' } }, 'position'],
    ['an unknown type', { payload: { analysis_type: 'poem' } }, 'analysis_type'],
    ['text for a flag', { payload: { force: 'yes' } }, 'force'],
    ['an empty Idempotency-Key', { extra: { 'idempotency-key': '' } }, 'idempotency-key'],
    ['an Idempotency-Key beyond measure', { extra: { 'idempotency-key': 'x'.repeat(256) } }, 'idempotency-key'],
  ])('refuses %s with the field named', async (_what, request, field) => {
    const response = await analyze('some-document', request);
    expect([response.statusCode, response.json().errors?.[0].field]).toEqual([400, field]);
  });

  it('refuses a document that has no text, and says why', async () => {
    const empty = formWith('\n \n');
    const { document_id } = (await inject({ method: 'POST', url: '/api/upload', headers, payload: empty })).json();
    await inject({ url: `/api/documents/${document_id}/text?wait=10`, headers });
    expect(problemIn(await analyze(document_id))).toMatchObject({
      status: 409,
      reason: expect.stringMatching(/^DOCUMENT_/),
    });
  });
});

describe('a review', () => {
  it('is read whole, by its id and as the latest of its document, first from PostgreSQL and then from the cache', async () => {
    const id = await upload();
    const { analysis_id } = (await analyze(id)).json();
    const latest = () => inject({ url: `/api/documents/${id}/analysis`, headers });
    const review = (await latest()).json();
    expect(review).toMatchObject({
      analysis_id,
      document_id: id,
      analysis_type: 'contract_review',
      status: 'completed',
      engine: 'builtin',
      model_used: expect.any(String),
      engine_version: expect.any(String),
      ruleset_version: expect.any(String),
      text_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      processing_time_ms: expect.any(Number),
      created_at: expect.any(String),
      completed_at: expect.any(String),
      saved_at: expect.any(String),
      coverage: { total_chars: expect.any(Number), read_chars: expect.any(Number), pages: 1, unread: [] },
      summary: { document_type: expect.any(String), parties: expect.any(Array), key_points: expect.any(Array) },
      clauses: expect.any(Array),
      missing_clauses: expect.any(Array),
      risks: expect.any(Array),
      obligations: expect.any(Array),
      risk_score: expect.any(Number),
      confidence_score: expect.any(Number),
      dropped_findings: expect.any(Number),
    });
    const { text } = (await inject({ url: `/api/documents/${id}/text`, headers })).json();
    const spans = review.clauses.flatMap((clause: { spans: object[] }) => clause.spans);
    expect(spans.length).toBeGreaterThan(0);
    for (const { start, end, quote } of spans) expect([...text].slice(start, end).join('')).toBe(quote);

    const byId = await inject({ url: `/api/analyses/${analysis_id}`, headers });
    expect(byId.json()).toEqual(review);
    await gateway.services.redis.restart();
    const missed = await latest();
    expect(missed.headers['x-cache']).toBe('MISS');
    await expect.poll(async () => (await latest()).headers['x-cache'], { timeout: 10_000 }).toBe('HIT');
    const hit = await latest();
    expect([hit.body, hit.headers.etag]).toEqual([missed.body, missed.headers.etag]);
    const known = { ...headers, 'if-none-match': hit.headers.etag as string };
    expect((await inject({ url: `/api/documents/${id}/analysis`, headers: known })).statusCode).toBe(304);
  });

  it('stands in the history of its document, without its findings', async () => {
    const id = await upload();
    const first = (await analyze(id)).json().analysis_id;
    const second = (await analyze(id, { payload: { force: true } })).json().analysis_id;
    const history = (await inject({ url: `/api/documents/${id}/analyses?limit=5`, headers })).json();
    expect(history).toMatchObject({ total_count: 2, limit: 5, offset: 0 });
    expect(history.analyses.map(({ analysis_id }: { analysis_id: string }) => analysis_id)).toEqual([second, first]);
    expect(history.analyses[0]).toMatchObject({ status: 'completed', document_id: id });
    for (const finding of ['clauses', 'risks', 'summary']) expect(history.analyses[0]).not.toHaveProperty(finding);
  });

  it('is not there before one has ended', async () => {
    const id = await upload();
    const response = await inject({ url: `/api/documents/${id}/analysis`, headers });
    expect(problemIn(response)).toMatchObject({ status: 404, reason: 'ANALYSIS_NOT_FOUND' });
  });

  it('can be cancelled while it is under way, and not afterwards', async () => {
    const { analysis_id } = (await analyze(await upload(longContract), { query: '?wait=0' })).json();
    const cancel = () => inject({ method: 'DELETE', url: `/api/analyses/${analysis_id}`, headers });
    const cancelled = await cancel();
    expect([cancelled.statusCode, cancelled.json()]).toMatchObject([200, { analysis_id, status: 'cancelled' }]);

    const ended = (await analyze(await upload())).json().analysis_id;
    const late = await inject({ method: 'DELETE', url: `/api/analyses/${ended}`, headers });
    expect(problemIn(late)).toMatchObject({ status: 409, reason: 'ANALYSIS_FINISHED' });
  });

  it("of somebody else's document is not found, whatever is asked of it", async () => {
    const { analysis_id } = (await analyze(await upload())).json();
    const foreign = await gateway.loginAsNewUser();
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/events'],
      ['DELETE', ''],
    ] as const) {
      const response = await inject({ method, url: `/api/analyses/${analysis_id}${path}`, headers: foreign });
      expect(problemIn(response)).toMatchObject({ status: 404, reason: 'ANALYSIS_NOT_FOUND' });
    }
  });

  it.each([
    ['an unknown id', 'no-such-analysis', 404],
    ['a malformed id', 'a%20b', 400],
    ['an id that is too long', 'x'.repeat(129), 400],
  ])('of %s is refused', async (_what, id, status) => {
    for (const path of ['', '/events']) {
      expect((await inject({ url: `/api/analyses/${id}${path}`, headers })).statusCode).toBe(status);
    }
    expect((await inject({ method: 'DELETE', url: `/api/analyses/${id}`, headers })).statusCode).toBe(status);
  });
});

describeReports(() => ({ gateway, headers }));

describe('the events of a review', () => {
  it('are progress and then the end, and can be taken up after any of them', async () => {
    const { analysis_id } = (await analyze(await upload(), { query: '?wait=0' })).json();
    const follow = (lastEventId?: string) =>
      inject({
        url: `/api/analyses/${analysis_id}/events`,
        headers: { ...headers, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      });
    const response = await follow();
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const events = eventsIn(response.body);
    expect(events.length).toBeGreaterThanOrEqual(3);
    expect(events.map(({ id, data }) => [id, data.sequence])).toEqual(
      events.map((_event, index) => [String(index + 1), index + 1]),
    );
    expect(events.map(({ event }) => event)).toEqual([...events.slice(1).map(() => 'progress'), 'end']);
    expect(events[0]?.data).toEqual({
      sequence: 1,
      status: 'queued',
      stage: expect.any(String),
      fraction: 0,
      occurred_at: expect.any(String),
    });
    expect(events.at(-1)?.data).toMatchObject({ status: 'completed', fraction: 1 });

    expect(eventsIn((await follow('2')).body)).toEqual(events.slice(2));
    expect((await follow(String(events.length))).statusCode).toBe(204);
  });

  it.each(['-1', 'abc', '1e3', '99999999999'])('are refused after an event %j that cannot be', async (lastEventId) => {
    const response = await inject({
      url: '/api/analyses/some-analysis/events',
      headers: { ...headers, 'last-event-id': lastEventId },
    });
    expect([response.statusCode, response.json().errors[0].field]).toEqual([400, 'last-event-id']);
  });

  async function followLive() {
    const { analysis_id } = (await analyze(await upload(longContract), { query: '?wait=0' })).json();
    const leave = new AbortController();
    const response = await fetch(`${baseUrl}/api/analyses/${analysis_id}/events`, { headers, signal: leave.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    return { analysisId: analysis_id, leave, reader };
  }
  const watches = () => gateway.services.log.filter(({ method }) => String(method).endsWith('/WatchAnalysis'));

  it('end at the service, too, when the client leaves', async () => {
    const before = watches().length;
    const { leave } = await followLive();
    leave.abort();
    await expect.poll(() => watches().slice(before), { timeout: 10_000 }).toMatchObject([{ code: 'CANCELLED' }]);
  });

  it('end when the gateway drains, so that the client goes on elsewhere', async () => {
    const { reader } = await followLive();
    await gateway.drain.begin(0);
    const rest: string[] = [];
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      rest.push(new TextDecoder().decode(part.value));
    }
    expect(eventsIn(rest.join('')).map(({ event }) => event)).not.toContain('problem');
    const late = await inject({ url: '/api/analyses/any/events', headers });
    expect(problemIn(late)).toMatchObject({ status: 503, reason: 'SHUTTING_DOWN' });
  });
});
