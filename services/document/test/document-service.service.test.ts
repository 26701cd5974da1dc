import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GrpcClient } from '@contract-reviewer/platform/grpc/client';
import type { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from './sample-documents.ts';
import {
  chunkPart,
  download,
  headerPart,
  type ServiceStack,
  startDocumentService,
  upload,
  uploadOf,
} from './service-stack.ts';

let service: ServiceStack;
let client: GrpcClient<typeof DocumentServiceService>;
let owner: { userId: string; authorization: string };
let stranger: { userId: string; authorization: string };

beforeAll(async () => {
  service = await startDocumentService({
    MAX_UPLOAD_BYTES: '1000000',
    BLOB_SWEEP_SECONDS: '1',
    ABANDONED_UPLOAD_SECONDS: '2',
  });
  client = service.client;
  [owner, stranger] = await Promise.all([service.sessions.newUser(), service.sessions.newUser()]);
});
afterAll(() => service[Symbol.asyncDispose]());

const seconds = (count: number) => ({ seconds: BigInt(count), nanos: 0 });

const newContract = () => `LEASE AGREEMENT ${crypto.randomUUID()}\n\nThe tenant pays rent on the first of each month.`;

/** A further session of the owner's, narrowed as told. */
async function narrowedTo(narrowing: { documentId?: string; permissions: string[] }) {
  const { token } = await service.sessions.client.createSession(narrowing, owner);
  return { authorization: `Bearer ${token}` };
}

async function storedFiles(): Promise<string[]> {
  const entries = await readdir(service.blobDirectory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

async function auditEvents(type: string, documentId: string) {
  const found = () =>
    service.sessions.client.listAuditEvents(
      { limit: 10, offset: 0, type, documentId },
      { authorization: service.sessions.admin },
    );
  await until(async () => (await found()).totalCount > 0);
  return (await found()).events;
}

describe('an upload', () => {
  it('makes a document that tells what it is, and is recorded', async () => {
    const contract = newContract();
    const metadata = { counter_party: 'Acme', tags: ['rent'], pages: 3, signed: null };
    const document = await upload(client, contract, owner, { filename: 'C:\\contracts\\Lease.txt', metadata });
    expect(document).toMatchObject({
      ownerId: owner.userId,
      filename: 'Lease.txt',
      contentType: 'text/plain',
      sizeBytes: contract.length,
      sha256: sha256(contract),
      status: 'uploaded',
      metadata,
      version: 1,
    });
    const { documentId } = document;
    const read = await client.getDocument({ documentId }, owner);
    expect(read.document).toMatchObject({ documentId, metadata, createdAt: document.createdAt });
    const [event] = await auditEvents('document_uploaded', documentId);
    expect(event).toMatchObject({
      userId: owner.userId,
      service: 'document',
      details: { content_type: 'text/plain', size_bytes: contract.length, sha256: sha256(contract) },
    });
  });

  it('comes back from a download byte for byte, in chunks of at most 64 KiB', async () => {
    const content = Buffer.from(`# Lease\n${'Clause. '.repeat(50_000)}`);
    const { documentId } = await upload(client, content, owner, { filename: 'lease.md' });
    const { header, content: downloaded } = await download(client, documentId, owner);
    expect(header).toMatchObject({ documentId, contentType: 'text/markdown', sizeBytes: content.length });
    expect(downloaded.equals(content)).toBe(true);
    for await (const { part } of client.downloadDocument({ documentId }, owner)) {
      if (part?.$case === 'chunk') expect(part.value.length).toBeLessThanOrEqual(64 * 1024);
    }
  });

  it('of a file of exactly the limit is taken, and of one byte more is refused', async () => {
    const largest = Buffer.alloc(1_000_000, 'a');
    expect(await upload(client, largest, owner)).toMatchObject({ sizeBytes: 1_000_000 });
    const tooLarge = upload(client, Buffer.alloc(1_000_001, 'a'), owner);
    await expect(tooLarge).rejects.toMatchObject({
      code: 'OUT_OF_RANGE',
      reason: 'FILE_TOO_LARGE',
      metadata: { max_bytes: '1000000' },
    });
  });

  it('is refused while it runs, as soon as it is over the limit', async () => {
    let sent = 0;
    const endless = async function* () {
      yield headerPart({ filename: 'endless.txt' });
      for (;;) {
        sent += 1;
        yield chunkPart(Buffer.alloc(64 * 1024, 'a'));
        await sleep(1);
      }
    };
    await expect(client.uploadDocument(endless(), owner)).rejects.toMatchObject({ reason: 'FILE_TOO_LARGE' });
    expect(sent * 64 * 1024).toBeLessThan(10_000_000);
  });

  it('that the client cancels leaves nothing behind', async () => {
    const files = await storedFiles();
    const { totalCount } = await client.listDocuments({ limit: 1, offset: 0 }, owner);
    const cancelling = new AbortController();
    const breakingOff = async function* () {
      yield headerPart({ filename: 'half.txt' });
      yield chunkPart(Buffer.from('half of a contr'));
      await until(async () => (await storedFiles()).length > files.length);
      cancelling.abort();
      await sleep(10_000, undefined, { ref: false });
    };
    const cancelled = client.uploadDocument(breakingOff(), { ...owner, signal: cancelling.signal });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    await until(async () => (await storedFiles()).length === files.length);
    expect(await client.listDocuments({ limit: 1, offset: 0 }, owner)).toMatchObject({ totalCount });
  });

  it('that outlasts its deadline leaves nothing behind', async () => {
    const files = await storedFiles();
    const stalling = async function* () {
      yield headerPart({ filename: 'slow.txt' });
      yield chunkPart(Buffer.from('so slow'));
      await sleep(10_000, undefined, { ref: false });
    };
    const late = client.uploadDocument(stalling(), { ...owner, timeoutMs: 300 });
    await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await until(async () => (await storedFiles()).length === files.length);
  });

  describe.each([
    ['without a message', [], 'INVALID_REQUEST'],
    ['without a header', [chunkPart(Buffer.from('text'))], 'INVALID_REQUEST'],
    ['with an empty message', [{ part: undefined }], 'INVALID_REQUEST'],
    ['with two headers', [headerPart({ filename: 'a.txt' }), headerPart({ filename: 'b.txt' })], 'INVALID_REQUEST'],
    ['without a name', [headerPart({ filename: 'folder/' }), chunkPart(Buffer.from('text'))], 'INVALID_REQUEST'],
    [
      'with metadata that PostgreSQL cannot store',
      [headerPart({ filename: 'a.txt', metadata: { note: 'a\0b' } }), chunkPart(Buffer.from('text'))],
      'INVALID_REQUEST',
    ],
    [
      'with too much metadata',
      [headerPart({ filename: 'a.txt', metadata: { note: 'x'.repeat(20_000) } }), chunkPart(Buffer.from('text'))],
      'INVALID_REQUEST',
    ],
    ['of nothing', [headerPart({ filename: 'a.txt' })], 'EMPTY_FILE'],
    ['of empty chunks', [headerPart({ filename: 'a.txt' }), chunkPart(Buffer.alloc(0))], 'EMPTY_FILE'],
    [
      'of a program that is named like a PDF',
      [headerPart({ filename: 'contract.pdf' }), chunkPart(Buffer.from('MZ\x90\0\x03'))],
      'UNSUPPORTED_FILE_TYPE',
    ],
  ])('%s', (_, messages, reason) => {
    it('is refused and leaves nothing behind', async () => {
      const files = await storedFiles();
      const requests = async function* () {
        yield* messages;
      };
      await expect(client.uploadDocument(requests(), owner)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        reason,
      });
      expect(await storedFiles()).toEqual(files);
    });
  });

  it('whose metadata is nested beyond all measure does not bring the service down', async () => {
    const nested = (levels: number): Record<string, unknown> => (levels === 0 ? {} : { inner: nested(levels - 1) });
    const deep = upload(client, 'text', owner, { metadata: nested(20) });
    await expect(deep).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', fieldViolations: [{ field: 'metadata' }] });
    // So deep that it is not a message to gRPC.
    const tooDeep = upload(client, 'text', owner, { metadata: nested(1000) });
    await expect(tooDeep).rejects.toMatchObject({ name: 'StatusError' });
    expect(await upload(client, newContract(), owner)).toMatchObject({ status: 'uploaded' });
  });

  it('needs a token, the permission to write, and a session that is not narrowed to a document', async () => {
    await expect(upload(client, 'text', {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const reader = await narrowedTo({ permissions: ['read'] });
    await expect(upload(client, 'text', reader)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      reason: 'PERMISSION_DENIED',
    });
    const { documentId } = await upload(client, newContract(), owner);
    const narrowed = await narrowedTo({ documentId, permissions: [] });
    await expect(upload(client, 'text', narrowed)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      reason: 'SESSION_IS_NARROWED',
    });
  });
});

describe('a document', () => {
  it('does not exist for anybody but its owner', async () => {
    const { documentId } = await upload(client, newContract(), owner);
    const notFound = { code: 'NOT_FOUND', reason: 'DOCUMENT_NOT_FOUND' };
    const attempts = [
      client.getDocument({ documentId }, stranger),
      client.updateDocument({ documentId, filename: 'mine.txt' }, stranger),
      client.deleteDocument({ documentId }, stranger),
      client.getDocumentText({ documentId }, stranger),
      client.checkDocumentAccess({ documentId, permission: 'read' }, stranger),
      download(client, documentId, stranger),
      client.getDocument({ documentId: 'never-was' }, owner),
    ];
    await Promise.all(attempts.map((attempt) => expect(attempt).rejects.toMatchObject(notFound)));
    const { documents } = await client.listDocuments({ limit: 100, offset: 0 }, stranger);
    expect(documents.map((document) => document.documentId)).not.toContain(documentId);
  });

  it('can be renamed and described anew, from the version that it is at', async () => {
    const { documentId } = await upload(client, newContract(), owner);
    await client.getDocumentText({ documentId, wait: seconds(10) }, owner);
    const { document } = await client.getDocument({ documentId }, owner);
    const version = document?.version ?? 0;
    const metadata = { state: 'signed' };
    const change = { documentId, filename: 'signed.txt', metadata };
    const updated = await client.updateDocument({ ...change, expectedVersion: version }, owner);
    expect(updated.document).toMatchObject({ filename: 'signed.txt', metadata, version: version + 1 });
    await expect(client.updateDocument({ ...change, expectedVersion: version }, owner)).rejects.toMatchObject({
      code: 'ABORTED',
      reason: 'VERSION_MISMATCH',
    });
    const [event] = await auditEvents('document_updated', documentId);
    expect(event).toMatchObject({ userId: owner.userId, details: { changed: ['filename', 'metadata'] } });
  });

  it('is deleted with its text and its content, at the analysis service too, and that is recorded', async () => {
    const contract = newContract();
    const { documentId } = await upload(client, contract, owner);
    await client.getDocumentText({ documentId, wait: seconds(10) }, owner);
    // The analysis service is not there at first.
    service.purges.refusals = 2;
    await client.deleteDocument({ documentId }, owner);
    const attempts = [
      client.getDocument({ documentId }, owner),
      client.getDocumentText({ documentId }, owner),
      client.deleteDocument({ documentId }, owner),
      download(client, documentId, owner),
    ];
    await Promise.all(attempts.map((attempt) => expect(attempt).rejects.toMatchObject({ code: 'NOT_FOUND' })));
    await until(() => service.purges.purged.includes(documentId));
    await until(async () => !(await storedFiles()).some((file) => file.endsWith(sha256(contract))));
    expect(await auditEvents('document_deleted', documentId)).toMatchObject([{ userId: owner.userId }]);
  });

  it('keeps its content when another document with the same content is deleted', async () => {
    const contract = newContract();
    const [first, second] = [await upload(client, contract, owner), await upload(client, contract, stranger)];
    await client.deleteDocument({ documentId: first.documentId }, owner);
    await until(() => service.purges.purged.includes(first.documentId));
    const { content } = await download(client, second.documentId, stranger);
    expect(content.toString()).toBe(contract);
  });

  it('answers whether somebody may do something with it', async () => {
    const { documentId } = await upload(client, newContract(), owner);
    const { textSha256 } = await client.getDocumentText({ documentId, wait: seconds(10) }, owner);
    const check = (permission: string, settings: { authorization: string } = owner) =>
      client.checkDocumentAccess({ documentId, permission }, settings);
    expect(await check('analyze')).toMatchObject({ status: 'ready', textSha256 });
    expect(await check('admin')).toMatchObject({ status: 'ready' });
    const narrow = await narrowedTo({ documentId, permissions: ['read', 'analyze', 'write'] });
    await expect(check('admin', narrow)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      metadata: { permission: 'admin' },
    });
    const reader = await narrowedTo({ documentId, permissions: ['read'] });
    expect(await check('read', reader)).toMatchObject({ status: 'ready' });
    await expect(check('analyze', reader)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('a session that is narrowed to a document', () => {
  it('sees that document alone, and may do with it what it is allowed', async () => {
    const [document, other] = [await upload(client, newContract(), owner), await upload(client, newContract(), owner)];
    const { documentId } = document;
    const narrowed = await narrowedTo({ documentId, permissions: ['read', 'analyze'] });
    expect((await client.getDocument({ documentId }, narrowed)).document).toMatchObject({ documentId });
    expect(await client.listDocuments({ limit: 10, offset: 0 }, narrowed)).toMatchObject({
      documents: [{ documentId }],
      totalCount: 1,
    });
    await expect(client.getDocument({ documentId: other.documentId }, narrowed)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(client.deleteDocument({ documentId }, narrowed)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('a list', () => {
  it('gives ten of the newest unless told otherwise, and the total', async () => {
    const lister = await service.sessions.newUser();
    const names = Array.from({ length: 12 }, (_, index) => `${index}.txt`);
    for (const filename of names) await upload(client, newContract(), lister, { filename });
    const newest = await client.listDocuments({ limit: 0, offset: 0 }, lister);
    expect(newest).toMatchObject({ totalCount: 12, limit: 10, offset: 0 });
    const rest = await client.listDocuments({ limit: 100, offset: 10 }, lister);
    expect([...newest.documents, ...rest.documents].map(({ filename }) => filename)).toEqual(names.toReversed());
    expect(await client.listDocuments({ limit: 1, offset: 1_000_000 }, lister)).toMatchObject({
      documents: [],
      totalCount: 12,
    });
  });

  it('needs the permission to read', async () => {
    const writer = await narrowedTo({ permissions: ['write'] });
    await expect(client.listDocuments({ limit: 1, offset: 0 }, writer)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});

describe('a read', () => {
  it('is served from the cache the second time, and says so', async () => {
    const reader = await service.sessions.newUser();
    const { documentId } = await upload(client, newContract(), reader);
    // From here on nothing changes any more.
    await client.getDocumentText({ documentId, wait: seconds(10) }, reader);
    const outcomes: string[] = [];
    const onCache = (outcome: string) => outcomes.push(outcome);
    await until(async () => {
      await client.getDocument({ documentId }, { ...reader, onCache });
      return outcomes.at(-1) === 'HIT';
    });
    outcomes.length = 0;
    await client.listDocuments({ limit: 7, offset: 0 }, { ...reader, onCache });
    await client.listDocuments({ limit: 7, offset: 0 }, { ...reader, onCache });
    expect(outcomes).toEqual(['MISS', 'HIT']);
  });
});

describe('what a crash leaves behind', () => {
  it('is swept away, and what documents need stays', async () => {
    const contract = newContract();
    const { documentId } = await upload(client, contract, owner);
    const orphan = sha256('placed, but its document was never committed');
    await mkdir(join(service.blobDirectory, 'sha256', orphan.slice(0, 2)), { recursive: true });
    const leftovers = [
      join(service.blobDirectory, 'sha256', orphan.slice(0, 2), orphan),
      join(service.blobDirectory, 'incoming', 'half-a-file'),
    ];
    await Promise.all(leftovers.map((path) => writeFile(path, 'left behind')));
    await until(async () => {
      const files = await storedFiles();
      return leftovers.every((path) => !files.includes(path));
    });
    expect((await download(client, documentId, owner)).content.toString()).toBe(contract);
  });
});

describe('wrong input', () => {
  const malformed = { documentId: 'not/an id' };
  it.each<[string, () => Promise<unknown>, string]>([
    ['a malformed id', () => client.getDocument(malformed, owner), 'document_id'],
    ['no id', () => client.getDocument({ documentId: '' }, owner), 'document_id'],
    ['a malformed id to update', () => client.updateDocument({ ...malformed, filename: 'a' }, owner), 'document_id'],
    ['a malformed id to delete', () => client.deleteDocument(malformed, owner), 'document_id'],
    ['a malformed id to download', () => download(client, malformed.documentId, owner), 'document_id'],
    ['a malformed id to read', () => client.getDocumentText(malformed, owner), 'document_id'],
    ['an update of nothing', () => client.updateDocument({ documentId: 'a' }, owner), 'metadata'],
    ['an empty name', () => client.updateDocument({ documentId: 'a', filename: ' ' }, owner), 'filename'],
    [
      'an impossible version',
      () => client.updateDocument({ documentId: 'a', filename: 'a', expectedVersion: 0 }, owner),
      'expected_version',
    ],
    ['a negative limit', () => client.listDocuments({ limit: -1, offset: 0 }, owner), 'limit'],
    ['a limit over 100', () => client.listDocuments({ limit: 101, offset: 0 }, owner), 'limit'],
    ['a negative offset', () => client.listDocuments({ limit: 1, offset: -1 }, owner), 'offset'],
    ['a huge offset', () => client.listDocuments({ limit: 1, offset: 1_000_001 }, owner), 'offset'],
    ['a wait over 30 s', () => client.getDocumentText({ documentId: 'a', wait: seconds(31) }, owner), 'wait'],
    ['a negative wait', () => client.getDocumentText({ documentId: 'a', wait: seconds(-1) }, owner), 'wait'],
    [
      'an unknown permission',
      () => client.checkDocumentAccess({ documentId: 'a', permission: 'own' }, owner),
      'permission',
    ],
  ])('%s is an invalid argument that names the field', async (_, call, field) => {
    await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', fieldViolations: [{ field }] });
  });
});

describe('another service', () => {
  it('of analyses reads texts alone, each time on record with the analysis that it is for', async () => {
    const analysis = { authorization: service.analysis };
    const contract = newContract();
    const { documentId } = await upload(client, contract, owner);
    const { text } = await client.getDocumentText({ documentId, wait: seconds(10), analysisId: 'a-1' }, analysis);
    expect(text).toBe(contract);
    const [event] = await auditEvents('document_text_read', documentId);
    expect(event).toMatchObject({ analysisId: 'a-1', userId: undefined });
    const attempts = [
      client.getDocument({ documentId }, analysis),
      client.checkDocumentAccess({ documentId, permission: 'read' }, analysis),
      client.deleteDocument({ documentId }, analysis),
      client.updateDocument({ documentId, filename: 'a.txt' }, analysis),
      client.listDocuments({ limit: 1, offset: 0 }, analysis),
      client.uploadDocument(uploadOf(Buffer.from('text'), { filename: 'a.txt' }), analysis),
    ];
    const denied = { code: 'PERMISSION_DENIED', reason: 'USER_REQUIRED' };
    await Promise.all(attempts.map((attempt) => expect(attempt).rejects.toMatchObject(denied)));
  });
});
