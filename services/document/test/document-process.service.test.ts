import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { HealthCheckResponse_ServingStatus, HealthService } from '@contract-reviewer/proto/grpc/health/v1/health';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pdfDocument, textPage } from './extraction/pdf-document.ts';
import { chunkPart, download, headerPart, type ServiceStack, startDocumentService, upload } from './service-stack.ts';

const run = promisify(execFile);
const serviceName = 'contractreviewer.document.v1.DocumentService';

const wait = { seconds: 15n, nanos: 0 };

let service: ServiceStack;
let owner: { authorization: string };

beforeAll(async () => {
  service = await startDocumentService();
  owner = await service.sessions.newUser();
});
afterAll(() => service[Symbol.asyncDispose]());

describe.each(['grpc-v1', 'grpc-v1alpha'])('a client that knows the service by reflection alone (%s)', (protocol) => {
  const curl = (...options: string[]) =>
    run('buf', [
      'curl',
      '--protocol',
      'grpc',
      '--http2-prior-knowledge',
      '--reflect',
      '--reflect-protocol',
      protocol,
      ...options,
    ]);

  it('lists its methods', async () => {
    const { stdout } = await curl('--list-methods', `http://${service.address}`);
    expect(stdout).toContain(`${serviceName}/UploadDocument`);
    expect(stdout).toContain('grpc.health.v1.Health/Check');
  });

  it('calls them', async () => {
    const { documentId } = await upload(service.client, 'A contract.', owner);
    const url = `http://${service.address}/${serviceName}/GetDocument`;
    const header = `authorization: ${owner.authorization}`;
    const { stdout } = await curl('--header', header, '--data', JSON.stringify({ document_id: documentId }), url);
    expect(JSON.parse(stdout)).toMatchObject({ document: { documentId, contentType: 'text/plain' } });
  });
});

it('tells its health', async () => {
  using client = createClient(HealthService, { address: service.address });
  expect(await client.check({ service: serviceName })).toEqual({ status: HealthCheckResponse_ServingStatus.SERVING });
  await expect(client.check({ service: 'unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('answers by the deadline', async () => {
  const pages = Array.from({ length: 200 }, () => textPage('This clause survives termination. '.repeat(50)));
  const { documentId } = await upload(service.client, await pdfDocument(pages), owner);
  const started = performance.now();
  const late = service.client.getDocumentText({ documentId, wait }, { ...owner, timeoutMs: 100 });
  await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(performance.now() - started).toBeLessThan(1000);
});

it('does everything without Redis, and uses it again when it is back', async () => {
  await service.redis.stop();
  const document = await upload(service.client, 'A contract without Redis.', owner);
  const { documentId } = document;
  const { text } = await service.client.getDocumentText({ documentId, wait }, { ...owner, timeoutMs: 20_000 });
  expect(text).toBe('A contract without Redis.');
  await service.client.updateDocument({ documentId, filename: 'renamed.txt' }, owner);
  expect((await service.client.getDocument({ documentId }, owner)).document).toMatchObject({ filename: 'renamed.txt' });
  const { documents } = await service.client.listDocuments({ limit: 1, offset: 0 }, owner);
  expect(documents).toMatchObject([{ documentId, filename: 'renamed.txt' }]);
  expect((await download(service.client, documentId, owner)).content.toString()).toBe('A contract without Redis.');

  await service.redis.restart();
  let outcome = '';
  while (outcome !== 'HIT') {
    await service.client.getDocument(
      { documentId },
      {
        ...owner,
        onCache: (said) => {
          outcome = said;
        },
      },
    );
  }
  await service.client.deleteDocument({ documentId }, owner);
  await expect(service.client.getDocument({ documentId }, owner)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('lets an upload end that is under way when it is told to stop, and takes no other', async () => {
  await using stopping = await startDocumentService();
  const { authorization } = await stopping.sessions.newUser();
  const begun = Promise.withResolvers<void>();
  const toldToStop = Promise.withResolvers<void>();
  const requests = async function* () {
    yield headerPart({ filename: 'last.txt' });
    yield chunkPart(Buffer.from('The first half, '));
    begun.resolve();
    await toldToStop.promise;
    yield chunkPart(Buffer.from('and the second.'));
  };
  const uploading = stopping.client.uploadDocument(requests(), { authorization });
  await begun.promise;
  // Only a call that has reached the server is under way; this one then has, too.
  await stopping.client.listDocuments({ limit: 1, offset: 0 }, { authorization });
  const stopped = stopping.app[Symbol.asyncDispose]();
  using late = createClient(DocumentServiceService, { address: stopping.address });
  await expect(late.listDocuments({ limit: 1, offset: 0 }, { authorization })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  toldToStop.resolve();
  expect((await uploading).document).toMatchObject({ sizeBytes: 31, status: 'uploaded' });
  await stopped;
});
