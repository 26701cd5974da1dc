import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWith, type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let gateway: GatewayStack;
let inject: GatewayStack['server']['inject'];
let headers: { authorization: string };
beforeAll(async () => {
  gateway = stack.use(await startGateway());
  inject = gateway.server.inject.bind(gateway.server);
  headers = await gateway.loginAsNewUser();
});

const contract = 'SERVICES AGREEMENT between Ünïted 合同 Ltd. 😀 and Birch Inc.\n\n1. Governing law: New York.\n';

async function upload(options: Parameters<typeof formWith>[1] = {}, sent = headers): Promise<string> {
  const payload = formWith(contract, options);
  return (await inject({ method: 'POST', url: '/api/upload', headers: sent, payload })).json().document_id;
}

/** Once its text has been read a document changes no more by itself. */
async function uploadAndSettle(): Promise<string> {
  const id = await upload();
  await inject({ url: `/api/documents/${id}/text?wait=10`, headers });
  return id;
}

describe('an uploaded document', () => {
  it('can be read at its Location, with the metadata as it was sent', async () => {
    const metadata = { matterNumber: 4711, 'Client Name': { shortForm: ['A', null] } };
    const payload = formWith(contract, { filename: 'Vertrag "neu" 合同.txt', metadata });
    const response = await inject({ method: 'POST', url: '/api/upload', headers, payload });
    expect(response.statusCode).toBe(201);
    const { document_id, ...uploaded } = response.json();
    expect(response.headers.location).toBe(`/api/documents/${document_id}`);
    expect(uploaded).toEqual({
      owner_id: expect.any(String),
      filename: expect.stringContaining('合同.txt'),
      content_type: 'text/plain',
      size_bytes: Buffer.byteLength(contract),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: 'uploaded',
      metadata,
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });

    await expect
      .poll(async () => (await inject({ url: `/api/documents/${document_id}`, headers })).json(), { timeout: 10_000 })
      .toMatchObject({ ...uploaded, status: 'ready', version: expect.any(Number), updated_at: expect.any(String) });
  });

  it('gives its text back in code points, page by page', async () => {
    const id = await upload();
    const response = await inject({ url: `/api/documents/${id}/text?wait=10`, headers });
    expect(response.statusCode).toBe(200);
    const { text, pages, text_sha256 } = response.json();
    expect(text).toContain('Ünïted 合同 Ltd. 😀');
    expect(pages).toEqual([{ page: 1, start: 0, end: [...text].length }]);
    expect(text_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives its bytes back as an attachment that no browser runs', async () => {
    const id = await upload({ filename: 'évil.txt' });
    const response = await inject({ url: `/api/documents/${id}/content`, headers });
    expect(response.body).toBe(contract);
    expect(response.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': String(Buffer.byteLength(contract)),
      'content-disposition': `attachment; filename="_vil.txt"; filename*=UTF-8''%C3%A9vil.txt`,
      'x-content-type-options': 'nosniff',
      'x-cache': 'MISS',
    });
    const again = await inject({
      url: `/api/documents/${id}/content`,
      headers: { ...headers, 'if-none-match': response.headers.etag },
    });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('is listed in pages, newest first', async () => {
    const own = await gateway.loginAsNewUser();
    const ids: string[] = [];
    for (const filename of ['first.txt', 'second.txt', 'third.txt']) ids.unshift(await upload({ filename }, own));
    const list = async (query: string) => {
      const { documents, ...page } = (await inject({ url: `/api/documents${query}`, headers: own })).json();
      return [documents.map(({ document_id }: { document_id: string }) => document_id), page];
    };
    expect(await list('')).toEqual([ids, { total_count: 3, limit: 10, offset: 0 }]);
    expect(await list('?limit=1&offset=1')).toEqual([[ids[1]], { total_count: 3, limit: 1, offset: 1 }]);
    expect(await list('?offset=1000000')).toEqual([[], { total_count: 3, limit: 10, offset: 1_000_000 }]);
  });

  it('is gone with all that belongs to it once it is deleted', async () => {
    const id = await upload();
    const deleted = await inject({ method: 'DELETE', url: `/api/documents/${id}`, headers });
    expect([deleted.statusCode, deleted.body]).toEqual([204, '']);
    for (const path of ['', '/content', '/text', '/analysis', '/analyses']) {
      const response = await inject({ url: `/api/documents/${id}${path}`, headers });
      expect(problemIn(response)).toMatchObject({ status: 404, reason: 'DOCUMENT_NOT_FOUND' });
    }
  });
});

describe('a change', () => {
  const patch = (id: string, payload: object, ifMatch?: string) =>
    inject({
      method: 'PATCH',
      url: `/api/documents/${id}`,
      headers: { ...headers, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
      payload,
    });

  it('is made if the document is as it was read, and refused with 412 if it is not', async () => {
    const id = await uploadAndSettle();
    const { etag } = (await inject({ url: `/api/documents/${id}`, headers })).headers;
    const first = await patch(id, { metadata: { reviewedBy: 'A' } }, etag);
    expect([first.statusCode, first.json().metadata]).toEqual([200, { reviewedBy: 'A' }]);
    expect(first.headers.etag).not.toBe(etag);

    const second = await patch(id, { metadata: { reviewedBy: 'B' } }, etag);
    expect(problemIn(second)).toMatchObject({ status: 412, reason: 'VERSION_MISMATCH' });
    expect((await patch(id, { filename: 'new name.txt' }, first.headers.etag)).json()).toMatchObject({
      filename: 'new name.txt',
      metadata: { reviewedBy: 'A' },
    });
  });

  it('needs no If-Match from those who do not care', async () => {
    const id = await upload();
    expect((await patch(id, { metadata: {} })).statusCode).toBe(200);
    expect((await patch(id, { metadata: { last: 'word' } }, '*')).statusCode).toBe(200);
  });

  it.each([
    ['nothing', {}, 'body'],
    ['an unknown field', { status: 'ready' }, 'status'],
    ['metadata that is no object', { metadata: [1] }, 'metadata'],
    ['a number as filename', { filename: 7 }, 'filename'],
    ['no filename at all', { filename: '..' }, 'filename'],
    ['metadata that is too large', { metadata: { text: 'x'.repeat(100_000) } }, 'metadata'],
  ])('of %s is refused with the field named', async (_what, payload, field) => {
    const response = await patch(await upload(), payload);
    expect(response.statusCode).toBe(400);
    expect(response.json().errors[0].field).toBe(field);
  });
});

describe('a client that has read it before', () => {
  it.each([
    ['the document', (id: string) => `/api/documents/${id}`],
    ['its text', (id: string) => `/api/documents/${id}/text`],
    ['the list', () => '/api/documents?limit=3'],
    ['the sessions', () => '/api/sessions'],
  ])('gets 304 for %s until it changes', async (_what, urlOf) => {
    const url = urlOf(await uploadAndSettle());
    const first = await inject({ url, headers });
    expect(first.headers).toMatchObject({
      etag: expect.stringMatching(/^"[^"]+"$/),
      'cache-control': 'private, no-cache',
      'x-cache': expect.stringMatching(/^(HIT|MISS)$/),
    });
    for (const known of [first.headers.etag, `W/${first.headers.etag}`, `"other", ${first.headers.etag}`, '*']) {
      const again = await inject({ url, headers: { ...headers, 'if-none-match': known as string } });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', first.headers.etag]);
    }
    const changed = await inject({ url, headers: { ...headers, 'if-none-match': '"another"' } });
    expect(changed.statusCode).toBe(200);
  });

  it('sees a change at once', async () => {
    const id = await uploadAndSettle();
    const url = `/api/documents/${id}`;
    const { etag } = (await inject({ url, headers })).headers;
    await inject({ method: 'PATCH', url, headers, payload: { metadata: { changed: true } } });
    const after = await inject({ url, headers: { ...headers, 'if-none-match': etag } });
    expect([after.statusCode, after.json().metadata]).toEqual([200, { changed: true }]);
  });
});

describe('X-Cache', () => {
  it('says MISS without Redis and HIT once it is back, for the same body', async () => {
    const id = await uploadAndSettle();
    const read = () => inject({ url: `/api/documents/${id}`, headers });
    await gateway.services.redis.stop();
    const withoutRedis = await read();
    expect(withoutRedis.headers['x-cache']).toBe('MISS');

    await gateway.services.redis.restart();
    await expect.poll(async () => (await read()).headers['x-cache'], { timeout: 10_000 }).toBe('HIT');
    expect((await read()).body).toBe(withoutRedis.body);
  });
});

describe("somebody else's document", () => {
  it('is not found, whatever is asked of it, and unchanged afterwards', async () => {
    const id = await uploadAndSettle();
    const before = (await inject({ url: `/api/documents/${id}`, headers })).json();
    const foreign = await gateway.loginAsNewUser();
    const answers = await Promise.all([
      inject({ url: `/api/documents/${id}`, headers: foreign }),
      inject({ url: `/api/documents/${id}/content`, headers: foreign }),
      inject({ url: `/api/documents/${id}/text`, headers: foreign }),
      inject({ url: `/api/documents/${id}/analysis`, headers: foreign }),
      inject({ url: `/api/documents/${id}/analyses`, headers: foreign }),
      inject({ method: 'PATCH', url: `/api/documents/${id}`, headers: foreign, payload: { metadata: {} } }),
      inject({ method: 'DELETE', url: `/api/documents/${id}`, headers: foreign }),
      inject({ method: 'POST', url: `/api/analyze/${id}`, headers: foreign }),
    ]);
    for (const answer of answers)
      expect(problemIn(answer)).toMatchObject({ status: 404, reason: 'DOCUMENT_NOT_FOUND' });
    expect((await inject({ url: `/api/documents/${id}`, headers })).json()).toEqual(before);
  });
});

describe('a session that is narrowed to reading one document', () => {
  it('may do that and nothing else', async () => {
    const [id, other] = [await uploadAndSettle(), await upload()];
    const { token } = (
      await inject({
        method: 'POST',
        url: '/api/sessions',
        headers,
        payload: { document_id: id, permissions: ['read'] },
      })
    ).json();
    const narrowed = { authorization: `Bearer ${token}` };
    const status = async (request: object) => (await inject({ headers: narrowed, ...request })).statusCode;
    expect(await status({ url: `/api/documents/${id}` })).toBe(200);
    expect(await status({ url: `/api/documents/${other}` })).toBe(404);
    expect(await status({ method: 'DELETE', url: `/api/documents/${id}` })).toBe(403);
    expect(await status({ method: 'POST', url: `/api/analyze/${id}` })).toBe(403);
    expect(await status({ method: 'POST', url: '/api/upload', payload: formWith(contract) })).toBe(403);
  });
});

describe('an id', () => {
  it.each([
    ['unknown', 'no-such-document', 404],
    ['malformed', 'a%20b', 400],
    ['hostile', '..%2F..%2Fetc%2Fpasswd', 400],
    ['too long', 'x'.repeat(129), 400],
    ['with a NUL', 'a%00b', 400],
  ])('that is %s is refused', async (_what, id, status) => {
    for (const path of ['', '/content', '/text', '/analysis', '/analyses']) {
      const response = await inject({ url: `/api/documents/${id}${path}`, headers });
      expect([path, response.statusCode]).toEqual([path, status]);
      if (status === 400) expect(response.json().errors[0].field).toBe('document_id');
    }
  });
});
