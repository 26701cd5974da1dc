import { createHash } from 'node:crypto';
import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { type CallSettings, createClient, type GrpcClient } from '@contract-reviewer/platform/grpc/client';
import type { App } from '@contract-reviewer/platform/lifecycle';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import type { TestDatabase } from '@contract-reviewer/platform/testing/test-database';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import {
  type Document,
  DocumentServiceService,
  type UploadDocumentRequest,
  type UploadHeader,
} from '@contract-reviewer/proto/document/v1/document';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import { buildApp } from '../src/app.ts';
import { configFrom } from '../src/config.ts';
import { createDocumentDatabase, silentLogger } from './document-stack.ts';
import { type PurgeReceiver, startPurgeReceiver } from './purge-receiver.ts';
import { newServiceToken } from './service-token.ts';
import { type SessionProcess, startSessionService } from './session-process.ts';

export interface ServiceStack extends AsyncDisposable {
  app: App;
  address: string;
  client: GrpcClient<typeof DocumentServiceService>;
  sessions: SessionProcess;
  purges: PurgeReceiver;
  database: TestDatabase;
  redis: TestRedis;
  blobDirectory: string;
  /** The authorization of the analysis service. */
  analysis: string;
}

/** The document service over real stores, with a real session service beside it. */
export async function startDocumentService(settings: Record<string, string> = {}): Promise<ServiceStack> {
  await using stack = new AsyncDisposableStack();
  const tokens = { document: newServiceToken(), analysis: newServiceToken() };
  const [database, redis, blobs, sessions, purges] = await Promise.all([
    createDocumentDatabase(),
    startRedis([storeAccess.document.redis]),
    temporaryDirectory(),
    startSessionService(tokens),
    startPurgeReceiver(tokens.document),
  ]);
  for (const part of [database, redis, blobs, sessions, purges]) stack.use(part);
  const app = stack.use(
    buildApp(
      configFrom({
        DATABASE_URL: database.url,
        REDIS_URL: redis.url('document'),
        GRPC_PORT: '0',
        SERVICE_TOKEN: tokens.document,
        TRUSTED_SERVICES: `analysis=${createHash('sha256').update(tokens.analysis).digest('hex')}`,
        ...sessions.assertionSettings,
        SESSION_SERVICE_ADDRESS: sessions.address,
        ANALYSIS_SERVICE_ADDRESS: purges.address,
        BLOB_DIR: blobs.path,
        EXTRACTION_CONCURRENCY: '1',
        ...settings,
      }),
      silentLogger,
    ),
  );
  const address = `127.0.0.1:${await app.start()}`;
  const client = stack.use(createClient(DocumentServiceService, { address }));
  const acquired = stack.move();
  return {
    app,
    address,
    client,
    sessions,
    purges,
    database,
    redis,
    blobDirectory: blobs.path,
    analysis: serviceAuthorization('analysis', tokens.analysis),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

export function headerPart(header: UploadHeader): UploadDocumentRequest {
  return { part: { $case: 'header', value: header } };
}

export function chunkPart(chunk: Uint8Array): UploadDocumentRequest {
  return { part: { $case: 'chunk', value: Buffer.from(chunk) } };
}

const chunkBytes = 64 * 1024;

/** The messages of a whole upload. */
export async function* uploadOf(content: Uint8Array, header: UploadHeader): AsyncIterable<UploadDocumentRequest> {
  yield headerPart(header);
  for (let at = 0; at < content.length; at += chunkBytes) yield chunkPart(content.subarray(at, at + chunkBytes));
}

/** Uploads a file and returns the document that was made of it. */
export async function upload(
  client: ServiceStack['client'],
  content: Uint8Array | string,
  settings: CallSettings,
  header: Partial<UploadHeader> = {},
): Promise<Document> {
  const requests = uploadOf(Buffer.from(content), { filename: 'lease.txt', ...header });
  const { document } = await client.uploadDocument(requests, settings);
  if (!document) throw new Error('the answer has no document');
  return document;
}

/** The original bytes of a document. */
export async function download(
  client: ServiceStack['client'],
  documentId: string,
  settings: CallSettings,
): Promise<{ header: Document; content: Buffer }> {
  const chunks: Buffer[] = [];
  let header: Document | undefined;
  for await (const { part } of client.downloadDocument({ documentId }, settings)) {
    if (part?.$case === 'header') header = part.value;
    else if (part) chunks.push(part.value);
  }
  if (!header) throw new Error('the download has no header');
  return { header, content: Buffer.concat(chunks) };
}
