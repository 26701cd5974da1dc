import type { GrpcClient } from '@contract-reviewer/platform/grpc/client';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { RedisConnection } from '@contract-reviewer/platform/redis/connection';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import type { Drift, MigrationState } from '@contract-reviewer/proto/migration/v1/migration';
import { MigrationServiceService } from '@contract-reviewer/proto/migration/v1/migration';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../document-stack.ts';
import { download, type ServiceStack, startDocumentService, upload } from '../service-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let server: TestRedis;
let version1: RedisConnection;
let service: ServiceStack;
let migration: GrpcClient<typeof MigrationServiceService>;
let owner: { userId: string; authorization: string };
let admin: { authorization: string };

beforeAll(async () => {
  server = stack.use(await startRedis([]));
  version1 = stack.use(new RedisConnection({ url: server.url('admin'), logger: silentLogger, commandTimeoutMs: 1000 }));
  version1.connect();
  service = stack.use(await startDocumentService({ V1_REDIS_URL: server.url('admin') }));
  migration = stack.use(createClient(MigrationServiceService, { address: service.address }));
  owner = await service.sessions.newUser();
  admin = { authorization: service.sessions.admin };
  await vi.waitUntil(async () => version1.runId !== undefined && (await state()).connection === 'up', {
    timeout: 10_000,
  });
});

async function state(): Promise<MigrationState> {
  return (await migration.getMigration({}, admin)).state as MigrationState;
}

function plant(id: string, document: object): Promise<unknown> {
  return version1.run((redis) => redis.set(`document:${id}`, JSON.stringify(document), 'EX', 2_000_000));
}

async function planted(id: string): Promise<Record<string, unknown> | undefined> {
  const text = await version1.run((redis) => redis.get(`document:${id}`));
  return text === null ? undefined : JSON.parse(text);
}

async function read(documentId: string) {
  const { document } = await service.client.getDocument({ documentId }, owner);
  if (!document) throw new Error('the answer has no document');
  return document;
}

function isRead(documentId: string): Promise<boolean> {
  return read(documentId).then(
    () => true,
    () => false,
  );
}

async function backfill(defaultOwnerId?: string): Promise<MigrationState | undefined> {
  let last: MigrationState | undefined;
  for await (const { event } of migration.runBackfill({ ...(defaultOwnerId && { defaultOwnerId }) }, admin)) {
    if (event?.$case === 'state') last = event.value;
  }
  return last;
}

async function drift(): Promise<Drift[]> {
  const found: Drift[] = [];
  for await (const { event } of migration.verifyMigration({}, admin)) {
    if (event?.$case === 'drift') found.push(event.value);
  }
  return found;
}

async function advance(to: string, confirm = false): Promise<MigrationState | undefined> {
  let last: MigrationState | undefined;
  for await (const { event } of migration.advanceMigration({ to, confirm }, admin)) {
    if (event?.$case === 'state') last = event.value;
  }
  return last;
}

describe('before the backfill', () => {
  it('a document of version 1 is read by its id, with all that version 1 knew', async () => {
    const original = {
      filename: 'Vertrag – Änderung.pdf',
      user_id: owner.userId,
      created_at: 1_740_000_000,
      pages: 12,
    };
    await plant('contract-2025.7~legal@acme:1', original);
    const document = await read('contract-2025.7~legal@acme:1');
    expect(document).toMatchObject({
      ownerId: owner.userId,
      filename: 'Vertrag – Änderung.pdf',
      status: 'unreadable',
      statusReason: { reason: 'not_kept' },
      sizeBytes: 0,
      createdAt: new Date(1_740_000_000_000),
    });
    expect(JSON.parse(document.version1Original ?? '')).toEqual(original);
    await expect(download(service.client, document.documentId, owner)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'FILE_NOT_KEPT',
    });
    const { documents } = await service.client.listDocuments({ limit: 100, offset: 0 }, owner);
    expect(documents.map(({ documentId }) => documentId)).toContain(document.documentId);
    expect(documents.every((listed) => listed.version1Original === undefined)).toBe(true);
  });

  it('the text that version 1 kept is a file, and read like one', async () => {
    await plant('with-text', { title: 'Agreement', owner_id: owner.userId, content: 'The fee is EUR 7.' });
    expect(await read('with-text')).toMatchObject({ contentType: 'text/plain', sizeBytes: 17 });
    const { content, header } = await download(service.client, 'with-text', owner);
    expect(content.toString()).toBe('The fee is EUR 7.');
    expect(header.version1Original).toBeUndefined();
    const wait = { seconds: 10n, nanos: 0 };
    expect(await service.client.getDocumentText({ documentId: 'with-text', wait }, owner)).toMatchObject({
      text: 'The fee is EUR 7.',
    });
    // What is read from it is nothing that version 1 knew, so its key stays as it was.
    expect(await planted('with-text')).toEqual({
      title: 'Agreement',
      owner_id: owner.userId,
      content: 'The fee is EUR 7.',
    });

    await plant('with-text', { title: 'Agreement', owner_id: owner.userId, content: 'The fee is EUR 8.' });
    await read('with-text');
    expect(await service.client.getDocumentText({ documentId: 'with-text', wait }, owner)).toMatchObject({
      text: 'The fee is EUR 8.',
    });
  });

  it('what is uploaded, changed and deleted is so in version 1, too', async () => {
    const { documentId } = await upload(service.client, 'A contract.', owner, { filename: 'lease.txt' });
    expect(await planted(documentId)).toMatchObject({ document_id: documentId, filename: 'lease.txt' });
    await service.client.getDocumentText({ documentId, wait: { seconds: 10n, nanos: 0 } }, owner);
    await vi.waitUntil(async () => (await planted(documentId))?.status === 'ready', { timeout: 10_000 });

    await plant('renamed', { filename: 'old.pdf', owner_id: owner.userId, pages: 3 });
    await service.client.updateDocument({ documentId: 'renamed', filename: 'new.pdf' }, owner);
    expect(await planted('renamed')).toMatchObject({ filename: 'new.pdf', pages: 3 });

    await service.client.deleteDocument({ documentId }, owner);
    expect(await planted(documentId)).toBeUndefined();
    await plant(documentId, { filename: 'back.pdf', owner_id: owner.userId });
    expect(await isRead(documentId)).toBe(false);
    await version1.run((redis) => redis.del(`document:${documentId}`));
  });

  it('is led by administrators alone', async () => {
    const denied = { code: 'PERMISSION_DENIED' };
    await expect(migration.getMigration({}, owner)).rejects.toMatchObject(denied);
    await expect(migration.rollbackMigration({ to: 'pg_read' }, owner)).rejects.toMatchObject(denied);
    await expect(migration.listSetAside({ limit: 0, offset: 0 }, owner)).rejects.toMatchObject(denied);
  });
});

describe('the way to the end', () => {
  it('brings over everything, stops for what differs, and leads back', async () => {
    await plant('unowned', { filename: 'unowned.pdf' });
    const analysis = JSON.stringify({ analysis_id: '1', document_id: 'lost' });
    await version1.run((redis) =>
      redis.mset('document:torn', '{"filename": "to', 'analysis_backup/1', 'x', 'analysis:1', analysis),
    );
    await expect(advance('pg_read')).rejects.toMatchObject({ reason: 'BACKFILL_NOT_FINISHED' });

    const done = await backfill(owner.userId);
    expect(done?.backfill?.finishedAt).toBeInstanceOf(Date);
    expect(done?.backfill?.counts).toMatchObject({ placeholders: 1n, unowned: 0n, setAside: 2n });
    expect(await read('unowned')).toMatchObject({ ownerId: owner.userId, filename: 'unowned.pdf' });
    expect(await read('lost')).toMatchObject({ filename: 'lost', status: 'unreadable', sizeBytes: 0 });
    expect(await planted('lost')).toBeUndefined();
    const { entries, totalCount } = await migration.listSetAside({ limit: 0, offset: 0 }, admin);
    expect(totalCount).toBe(2);
    expect(entries.map(({ key, reason }) => [key, reason])).toEqual([
      ['analysis_backup/1', 'unknown_key'],
      ['document:torn', 'not_json'],
    ]);

    await plant('unowned', { filename: 'changed.pdf' });
    expect(await drift()).toEqual([{ family: 'document', key: 'document:unowned', fault: 'differs' }]);
    await expect(advance('pg_read')).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'STORES_DIFFER',
      metadata: { drifted: '1', keys: 'document:unowned' },
    });
    await backfill();
    expect(await advance('pg_read')).toMatchObject({ phase: 'pg_read', verification: { drifted: 0n } });
    expect(await advance('complete')).toMatchObject({ phase: 'complete', confirmed: false });

    const { documentId } = await upload(service.client, 'Another contract.', owner);
    expect(await planted(documentId)).toBeUndefined();
    expect((await migration.rollbackMigration({ to: 'pg_read' }, admin)).state).toMatchObject({ phase: 'pg_read' });
    await vi.waitUntil(async () => (await planted(documentId)) !== undefined, { timeout: 5000 });
    await advance('complete');
    expect(await advance('complete', true)).toMatchObject({ confirmed: true, pendingCount: 0n, connection: 'none' });
    await expect(migration.rollbackMigration({ to: 'pg_read' }, admin)).rejects.toMatchObject({
      reason: 'MIGRATION_IS_CONFIRMED',
    });
    expect(await read('unowned')).toMatchObject({ filename: 'changed.pdf' });
  });

  it('is recorded', async () => {
    const found = async (type: string) =>
      (await service.sessions.client.listAuditEvents({ limit: 10, offset: 0, type }, admin)).totalCount;
    await vi.waitUntil(async () => (await found('migration_advanced')) === 4, { timeout: 10_000 });
    expect(await found('migration_backfilled')).toBe(2);
    expect(await found('migration_rolled_back')).toBe(1);
  });
});
