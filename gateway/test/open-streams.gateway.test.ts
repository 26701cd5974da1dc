import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { StatusError } from '@contract-reviewer/platform/errors';
import { createClient, type GrpcClient } from '@contract-reviewer/platform/grpc/client';
import { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formWith, type GatewayStack, startGateway } from './gateway-stack.ts';

/** After the acknowledgement, with what a busy machine needs. */
const withinMs = 1000;
/** On a machine that others keep busy, a check can take so long that the stream is ended for that. */
const oneMoreTry = { retry: 2 };
/** More than all buffers on the way hold, so that a client that does not read keeps a download open. */
const longText = 'The parties agree. '.repeat(800_000);

type Headers = { authorization: string };

/** An open stream; `end` resolves when it is over, with how. */
interface OpenStream {
  end: Promise<{ at: number; how: string }>;
}

describe.each(['with Redis', 'without Redis'])(
  '%s, open streams end within a second of the acknowledgement',
  (redis) => {
    const stack = new AsyncDisposableStack();
    afterAll(() => stack.disposeAsync());

    let gateway: GatewayStack;
    let baseUrl: string;
    let documents: GrpcClient<typeof DocumentServiceService>;
    let analyses: GrpcClient<typeof AnalysisServiceService>;
    let owner: Headers;
    let documentId: string;
    let analyzedId: string;
    let analysisId: string;
    let inject: GatewayStack['server']['inject'];

    beforeAll(async () => {
      // A review by a model that never answers has no end.
      const model = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(model, 'listening');
      stack.defer(() => model.closeAllConnections());
      stack.defer(() => void model.close());
      const settings = { OLLAMA_BASE_URL: `http://127.0.0.1:${(model.address() as AddressInfo).port}` };
      gateway = stack.use(await startGateway({ settings }));
      inject = gateway.server.inject.bind(gateway.server);
      baseUrl = await gateway.listen();
      const { addresses } = gateway.services;
      documents = stack.use(createClient(DocumentServiceService, { address: addresses.document }));
      analyses = stack.use(createClient(AnalysisServiceService, { address: addresses.analysis }));
      owner = await gateway.loginAsNewUser();
      documentId = await upload(longText);
      const payload = { engine: 'ollama' };
      analyzedId = await upload('A short agreement.');
      const url = `/api/analyze/${analyzedId}?wait=0`;
      const analyzed = await inject({ method: 'POST', url, headers: owner, payload });
      analysisId = analyzed.json().analysis_id;
      if (redis === 'without Redis') await gateway.services.redis.stop();
    });

    async function upload(text: string): Promise<string> {
      const response = await inject({ method: 'POST', url: '/api/upload', headers: owner, payload: formWith(text) });
      return response.json().document_id;
    }

    /** Reads on, with a pause before each read, until the stream is over. */
    async function open(messages: AsyncIterable<unknown>, pauseMs = 0): Promise<OpenStream> {
      const iterator = messages[Symbol.asyncIterator]();
      await iterator.next();
      const reading = async () => {
        do await setTimeout(pauseMs);
        while (!(await iterator.next()).done);
      };
      const end = reading().then(
        () => ({ at: performance.now(), how: 'complete' }),
        (error: unknown) => ({ at: performance.now(), how: error instanceof StatusError ? error.reason : 'cut off' }),
      );
      return { end };
    }

    /** A client that reads the beginning of an answer and then nothing more. */
    async function openStalled(url: string, headers: Headers): Promise<OpenStream> {
      const request = get(`${baseUrl}${url}`, { headers, agent: false });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(200);
      await once(response, 'readable');
      response.pause().on('error', () => undefined);
      stack.defer(() => void response.destroy());
      // A client that does not read does not see the end either, but the gateway logs it.
      const requestId = response.headers['x-request-id'];
      const logged = () => gateway.log.find((line) => line.request_id === requestId && line.msg === 'request');
      const end = vi.waitUntil(logged, { timeout: 30_000 }).then(({ status }) => ({
        at: performance.now(),
        how: status === 499 ? 'cut off' : 'complete',
      }));
      return { end };
    }

    async function openEvents(headers: Headers): Promise<OpenStream> {
      const response = await fetch(`${baseUrl}/api/analyses/${analysisId}/events`, { headers });
      let text = '';
      const reading = async () => {
        for await (const part of response.body ?? []) text += Buffer.from(part).toString();
      };
      const end = reading().then(() => {
        const problem = /event: problem\ndata: (.*)/.exec(text)?.[1];
        return { at: performance.now(), how: problem ? JSON.parse(problem).reason : 'complete' };
      });
      return { end };
    }

    const openAll = async (headers: Headers): Promise<Record<string, OpenStream>> => ({
      watch: await open(analyses.watchAnalysis({ analysisId, afterSequence: 0 }, headers)),
      events: await openEvents(headers),
      download: await open(documents.downloadDocument({ documentId }, headers), 100),
      'stalled download': await openStalled(`/api/documents/${documentId}/content`, headers),
    });

    async function expectTheEndOf(streams: Record<string, OpenStream>, acknowledgedAt: number, how: readonly string[]) {
      for (const [name, { end }] of Object.entries(streams)) {
        const ended = await Promise.race([end, setTimeout(5000, { at: Infinity, how: 'open' })]);
        expect(how, `${name} ended with ${ended.how}`).toContain(ended.how);
        expect(ended.at - acknowledgedAt, name).toBeLessThan(withinMs);
      }
    }

    it('that a session was revoked', oneMoreTry, async () => {
      const { authorization } = owner;
      const session = await inject({ method: 'POST', url: '/api/sessions', headers: { authorization }, payload: {} });
      const { session_id: sessionId, token } = session.json();
      const streams = await openAll({ authorization: `Bearer ${token}` });
      const revoked = await inject({ method: 'DELETE', url: `/api/sessions/${sessionId}`, headers: owner });
      expect(revoked.statusCode).toBe(204);
      await expectTheEndOf(streams, performance.now(), ['INVALID_SESSION', 'CANCELLED', 'cut off']);
    });

    it('that grants were removed', oneMoreTry, async () => {
      const reader = await gateway.loginAsNewUser();
      const sessions = await inject({ url: '/api/sessions', headers: reader });
      const userId = sessions.json().sessions[0].user_id;
      const grants = [documentId, analyzedId].map((id) => `/api/documents/${id}/grants/${userId}`);
      for (const url of grants) {
        const payload = { permissions: ['read'] };
        expect((await inject({ method: 'PUT', url, headers: owner, payload })).statusCode).toBeLessThan(300);
      }
      const streams = await openAll(reader);
      const removals = grants.map((url) => inject({ method: 'DELETE', url, headers: owner }));
      for (const removed of await Promise.all(removals)) expect(removed.statusCode).toBe(204);
      const reasons = ['DOCUMENT_NOT_FOUND', 'ANALYSIS_NOT_FOUND', 'CANCELLED', 'cut off'];
      await expectTheEndOf(streams, performance.now(), reasons);
    });
  },
);
