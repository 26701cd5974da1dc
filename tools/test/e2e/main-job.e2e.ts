import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpClient } from './http-client.ts';
import { repository, type System } from './system.ts';

const sample = (extension: string) =>
  readFile(join(repository, `tools/samples/master-services-agreement.${extension}`));

/** @param open the system, once it runs */
export function describeMainJob(open: () => System): void {
  let system: System;
  let client: HttpClient;
  let redis: Redis;
  const stack = new AsyncDisposableStack();
  afterAll(() => stack.disposeAsync());

  beforeAll(async () => {
    system = open();
    client = await system.login();
    redis = new Redis(system.redis.url('admin'));
    // It goes away in these tests.
    redis.on('error', () => undefined);
    stack.defer(() => redis.disconnect());
  });

  /** Refills run in the background, and for a second after it was started a Redis is not trusted. */
  async function untilServedFromCache(path: string): Promise<Response> {
    await expect.poll(async () => (await client.request(path)).headers.get('x-cache'), { timeout: 10_000 }).toBe('HIT');
    return client.request(path);
  }

  describe('a contract', () => {
    for (const extension of ['docx', 'pdf']) {
      it(`in ${extension} is stored, reviewed to its end, and every quote is exactly what stands there`, async () => {
        const documentId = await client.upload(`agreement.${extension}`, await sample(extension));
        const { analysis_id, status } = await client.analyze(documentId);
        expect(status).toBe('completed');

        const analysis = await client.json(`/api/analyses/${analysis_id}`);
        const { text } = await client.json(`/api/documents/${documentId}/text`);
        const codePoints = Array.from(text as string);
        const spans = [...analysis.clauses, ...analysis.risks, ...analysis.obligations].flatMap(({ spans }) => spans);
        expect(spans.length).toBeGreaterThan(30);
        for (const { start, end, quote } of spans) expect(codePoints.slice(start, end).join('')).toBe(quote);
        expect(analysis.coverage).toMatchObject({ total_chars: codePoints.length, unread: [] });
        expect(analysis.summary.parties.length).toBeGreaterThanOrEqual(2);
        expect(analysis.risks.length).toBeGreaterThanOrEqual(5);

        const content = await client.request(`/api/documents/${documentId}/content`);
        expect(Buffer.from(await content.arrayBuffer()).equals(await sample(extension))).toBe(true);
        expect(content.headers.get('content-disposition')).toMatch(/^attachment/);
      });
    }

    it('leaves each event in the audit log exactly once', async () => {
      const documentId = await client.upload('audited.docx', await sample('docx'));
      const { analysis_id } = await client.analyze(documentId, { force: true });
      await client.json(`/api/documents/${documentId}`, { method: 'DELETE' });
      const events = async () => {
        const log = await client.json(`/api/audit?document_id=${documentId}`);
        return (log.events as { type: string }[]).map(({ type }) => type).sort();
      };
      await expect
        .poll(events, { timeout: 10_000 })
        .toEqual([
          'analysis_completed',
          'analysis_requested',
          'document_deleted',
          'document_text_read',
          'document_uploaded',
        ]);
      expect((await client.request(`/api/analyses/${analysis_id}`)).status).toBe(404);
    });
  });

  describe('the two stores', () => {
    it('serve MISS, then HIT, with the same body, after Redis has lost everything', async () => {
      const documentId = await client.upload('agreement.docx', await sample('docx'));
      await client.analyze(documentId);
      const path = `/api/documents/${documentId}/analysis`;
      await untilServedFromCache(path);

      await redis.flushall();
      const first = await client.request(path);
      const second = await client.request(path);
      expect([first.headers.get('x-cache'), second.headers.get('x-cache')]).toEqual(['MISS', 'HIT']);
      expect(await second.text()).toBe(await first.text());
    });

    it('fill exactly the documented keys, on write and on refill, with the documented lifetimes', async () => {
      const hour = 3_600_000;
      const documentId = await client.upload('agreement.docx', await sample('docx'));
      const { analysis_id } = await client.analyze(documentId, { force: true });
      const expected: Record<string, number> = {
        [`document:${documentId}`]: hour,
        [`analysis:${analysis_id}`]: 7 * 24 * hour,
        [`document_analysis:${documentId}`]: 7 * 24 * hour,
      };
      const check = async (read = () => Promise.resolve()) => {
        for (const [key, lifetime] of Object.entries(expected)) {
          const timeToLive = () => read().then(() => redis.pttl(key));
          await expect.poll(timeToLive, { timeout: 10_000, message: key }).toBeGreaterThan(0.9 * lifetime);
          expect(await redis.pttl(key)).toBeLessThanOrEqual(lifetime);
        }
      };
      await check();

      await redis.flushall();
      await check(async () => {
        await client.json(`/api/documents/${documentId}`);
        await client.json(`/api/documents/${documentId}/analysis`);
        await client.json('/api/documents?limit=7&offset=0');
      });
      // What is known of a session is not asked for again before its lease has ended.
      const readAndListSessions = async () => {
        await client.json(`/api/documents/${documentId}`);
        return redis.keys('session:*');
      };
      await expect.poll(readAndListSessions).not.toEqual([]);
      const keys = (await redis.keys('*')).filter((key) => !/^\{.*\}:lease$/.test(key));
      for (const key of keys) {
        expect(key).toMatch(
          /^(document:[^:]+|analysis:[^:]+|document_analysis:[^:]+|session:[^:]+|documents:list:[^:]+:(generation|\d+:\d+:\d+)|rate:[a-z]+:(user|address):.+)$/,
        );
        expect(await redis.pttl(key)).toBeGreaterThan(0);
      }
      const session = keys.find((key) => key.startsWith('session:'));
      expect(await redis.get(session ?? '')).not.toContain(client.token.split('.')[1]);
    });

    it('go on without Redis, and use it again when it is back', async () => {
      await system.redis.stop();
      const documentId = await client.upload('agreement.docx', await sample('docx'));
      const { analysis_id, status } = await client.analyze(documentId, { force: true });
      expect(status).toBe('completed');
      const listed = await client.json('/api/documents?limit=1');
      expect(listed.documents[0].document_id).toBe(documentId);
      const latest = await client.request(`/api/documents/${documentId}/analysis`);
      expect(latest.headers.get('x-cache')).toBe('MISS');
      expect(((await latest.json()) as { analysis_id: string }).analysis_id).toBe(analysis_id);
      const patched = await client.json(`/api/documents/${documentId}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ metadata: { matter: '4711' } }),
      });
      expect(patched.metadata).toEqual({ matter: '4711' });
      await client.json(`/api/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });

      await system.redis.restart();
      const response = await untilServedFromCache(`/api/documents/${documentId}`);
      expect(((await response.json()) as { metadata: unknown }).metadata).toEqual({ matter: '4711' });
    });
  });
}
