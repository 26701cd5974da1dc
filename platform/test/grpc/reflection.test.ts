import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DocumentServer, startDocumentServer } from './document-server.ts';

const run = promisify(execFile);
let server: DocumentServer;

beforeAll(async () => {
  server = await startDocumentServer({
    checkDocumentAccess: async ({ documentId }) => ({ status: `seen ${documentId}`, textSha256: '' }),
  });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Knows nothing of the server but its address. */
async function curl(reflection: string, ...args: string[]): Promise<string> {
  const transport = [
    'curl',
    '--protocol',
    'grpc',
    '--http2-prior-knowledge',
    '--reflect',
    '--reflect-protocol',
    reflection,
  ];
  const { stdout } = await run('buf', [...transport, ...args]);
  return stdout;
}

describe.each(['grpc-v1', 'grpc-v1alpha'])('reflection %s', (reflection) => {
  it('lists the services and the methods', async () => {
    const services = await curl(reflection, '--list-services', `http://${server.address}`);
    expect(services.trim().split('\n').toSorted()).toEqual([
      'contractreviewer.common.v1.BatchService',
      'contractreviewer.document.v1.DocumentService',
      'grpc.health.v1.Health',
    ]);
    const methods = await curl(reflection, '--list-methods', `http://${server.address}`);
    expect(methods).toContain('contractreviewer.document.v1.DocumentService/UploadDocument');
  });

  it('lets a client call that has no protos', async () => {
    const method = `http://${server.address}/contractreviewer.document.v1.DocumentService/CheckDocumentAccess`;
    const answer = await curl(reflection, '--data', '{"documentId": "42", "permission": "read"}', method);
    expect(JSON.parse(answer)).toMatchObject({ status: 'seen 42' });
  });
});
