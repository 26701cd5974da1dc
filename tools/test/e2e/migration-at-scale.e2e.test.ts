import { createHash } from 'node:crypto';
import { startRedis } from '@contract-reviewer/platform/testing/test-redis';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewaySession } from '../../gateway/gateway-session.ts';
import {
  type Drift,
  type MigrationReport,
  type Progress,
  readMigration,
  type SetAsideEntry,
  type Step,
  setAside,
  takeStep,
} from '../../migration/migration-client.ts';
import { type Fault, isFault } from '../../version1-data/entry.ts';
import { type PlantedEntry, plant } from '../../version1-data/plant.ts';
import { version1Data } from '../../version1-data/version1-data.ts';
import { HttpClient } from './http-client.ts';
import { ResidentMemory } from './resident-memory.ts';
import { type ProcessName, type System, startSystem } from './system.ts';
import { Version1Traffic } from './version1-traffic.ts';

/** The long form: `MIGRATION_ANALYSES=100000 npm test -- migration-at-scale`. */
const analyses = Number(process.env.MIGRATION_ANALYSES ?? 1000);
const seed = Number(process.env.MIGRATION_SEED ?? 1);
const hour = 60 * 60 * 1000;
/** From when each is planted; nobody can save what is gone before all are, and before the killed services are back. */
const nearExpiryMs = { from: 20_000 + analyses / 2, to: 60_000 + 2 * analyses };
const victims: readonly ('document' | 'analysis')[] = ['document', 'analysis', 'analysis'];
const mebibyte = 1024 * 1024;
/** What garbage collection may leave lying about. */
const slackBytes = 64 * mebibyte;

const reasons: Record<Fault, string> = {
  not_utf8: 'not_utf8',
  not_json: 'not_json',
  cut_off: 'not_json',
  not_an_object: 'not_an_object',
  wrong_type: 'wrong_type',
  invalid_id: 'invalid_id',
  unknown_key: 'unknown_key',
  without_document: 'no_document_id',
  pointer_to_nothing: 'pointer_to_nothing',
  pointer_without_id: 'pointer_without_id',
  not_json_document: 'not_json',
};

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let system: System;
let postgres: Client;
let version1: Redis;
let session: GatewaySession;
let planted: PlantedEntry[];
let traffic: Version1Traffic;

beforeAll(async () => {
  const server = stack.use(await startRedis([], { maxMemory: '2gb' }));
  version1 = stack.adopt(new Redis(server.url('admin')), (redis) => redis.disconnect());
  system = stack.use(await startSystem({ V1_REDIS_URL: server.url('admin') }));
  postgres = stack.adopt(new Client({ connectionString: system.databaseAdminUrl }), (client) => client.end());
  await postgres.connect();
  session = await GatewaySession.open(new URL(system.baseUrl), system.admin);

  const owner = { email: 'owner@example.test', password: 'a long enough password' };
  const { user_id: ownerId } = await (await system.login()).json('/api/users', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(owner),
  });
  planted = await plant(version1, version1Data({ analyses, seed, ownerId, nearExpiryMs }));
  traffic = new Version1Traffic({
    client: await HttpClient.login(system.baseUrl, owner),
    version1,
    documents: ownedDocuments(planted),
    seed,
  });
  stack.defer(() => traffic.stop());
});

/** The owned documents that stay, with their analyses that do. */
function ownedDocuments(entries: readonly PlantedEntry[]): Map<string, string[]> {
  const documents = new Map<string, string[]>();
  for (const { documentId, isOwned } of entries) if (documentId !== undefined && isOwned) documents.set(documentId, []);
  for (const { family, documentId = '', key, ttlMs = Infinity } of entries) {
    if (family === 'analysis' && ttlMs > hour) documents.get(documentId)?.push(key.slice('analysis:'.length));
  }
  return documents;
}

async function step(wanted: Step, onProgress: (progress: Progress) => void = () => undefined) {
  const drift: Drift[] = [];
  const report = await takeStep(session, wanted, { onProgress, onDrift: (each) => drift.push(each) });
  return { report, drift };
}

/** Asks until the services that were killed are back. */
function migrationNow() {
  return expect.poll(() => readMigration(session).catch(() => undefined), { timeout: 60_000 });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe(`the data of version 1 with ${analyses} analyses, while users and version 1 go on`, {
  timeout: 3_600_000,
}, () => {
  it('moves with memory that does not grow, also if the services are killed on the way', async () => {
    const startedAt = performance.now();
    let scannedBefore = 0;
    for (const victim of victims) {
      scannedBefore = await interruptedBackfill(victim, scannedBefore);
    }
    using documentMemory = new ResidentMemory(await system.pidOf('document'));
    using analysisMemory = new ResidentMemory(await system.pidOf('analysis'));
    const { report } = await step({ action: 'backfill', owner: 'owner@example.test' });
    const seconds = (performance.now() - startedAt) / 1000;
    for (const { backfill } of report.migration.services) expect(backfill?.finished_at).toBeDefined();
    console.info(`${planted.length} keys in ${seconds.toFixed(1)} s, ${countsOf(report)}`);

    for (const [name, memory] of Object.entries({ document: documentMemory, analysis: analysisMemory })) {
      const [early, late] = [memory.peakBetween(0, 1 / 3), memory.peakBetween(2 / 3, 1)];
      console.info(`${name} service: ${mebibytes(early)} at most in the first third, ${mebibytes(late)} in the last`);
      expect(late).toBeLessThan(1.25 * early + slackBytes);
    }
  });

  it('is whole: what users and version 1 wrote meanwhile, too, and nothing that was deleted came back', async () => {
    await traffic.stopVersion1();
    await step({ action: 'backfill' });
    const originals = await originalsByAnalysis();
    for (const [analysisId, text] of traffic.written) {
      if (await isOfDeleted(analysisId)) continue;
      expect(originals.get(analysisId), analysisId).toBe(digestOf(text));
    }
    const touched = new Set([...traffic.written.keys()].map((id) => `analysis:${id}`));
    const expected = planted.filter(
      ({ fate, key, documentId = '' }) => !isFault(fate) && !touched.has(key) && !traffic.deleted.has(documentId),
    );
    const lost: string[] = [];
    const latest = await latestByDocument();
    const documents = await documentIds();
    for (const { family, key, sha256, documentId = '' } of expected) {
      const isThere =
        family === 'analysis'
          ? originals.get(key.slice('analysis:'.length)) === sha256
          : family === 'document'
            ? documents.has(documentId)
            : digestOf(latest.get(documentId) ?? '') === sha256;
      if (!isThere) lost.push(key);
    }
    expect(lost).toEqual([]);
    const nobodyHas = planted.filter(
      ({ family, documentId = '' }) => family === 'analysis' && !documents.has(documentId),
    );
    expect(nobodyHas.filter(({ fate, documentId = '' }) => !isFault(fate) && !traffic.deleted.has(documentId))).toEqual(
      [],
    );
    // The analysis service is told of a deletion soon, but not before it is acknowledged.
    const deleted = [...traffic.deleted];
    const revenants = async () => {
      const heads = await latestByDocument();
      return deleted.filter((documentId) => heads.has(documentId));
    };
    await expect.poll(revenants, { timeout: 20_000 }).toEqual([]);

    const reviewed = new Map(await latestByDocument());
    for (const [documentId, analysisId] of traffic.reviewed) expect(reviewed.get(documentId)).toBe(analysisId);
    expect(traffic.wrong).toEqual([]);
    expect(traffic.reads).toBeGreaterThan(0);
    expect(traffic.reviewed.size).toBeGreaterThan(0);
    console.info(
      `none of ${expected.length} lost; meanwhile ${traffic.reads} reads, ${traffic.reviewed.size} reviews, ` +
        `${traffic.written.size} analyses written by version 1, ${traffic.deleted.size} documents deleted`,
    );
  });

  it('is accounted for one by one where it did not fit', async () => {
    const entries = new Map<string, SetAsideEntry>();
    for await (const entry of setAside(session)) if (entry.reason !== 'overwritten') entries.set(entry.key, entry);
    const spoiled = planted.filter((entry): entry is PlantedEntry & { fate: Fault } => isFault(entry.fate));
    expect(spoiled).toHaveLength(analyses / 100);
    for (const { key, fate, sha256, type } of spoiled) {
      expect(entries.get(key), `${fate} ${key}`).toMatchObject({ reason: reasons[fate], redis_type: type });
      if (type === 'string') expect(entries.get(key)?.sha256).toBe(sha256);
      entries.delete(key);
    }
    expect([...entries.keys()]).toEqual([]);
  });

  it('stops the gate where it drifts, which is named; and goes on when that is mended', async () => {
    const [victim] = planted.filter(({ family, fate, key, ttlMs = 0, documentId = '' }) => {
      const isUntouched = !traffic.written.has(key.slice('analysis:'.length)) && !traffic.deleted.has(documentId);
      return family === 'analysis' && fate === 'imported' && ttlMs > hour && isUntouched;
    });
    if (!victim) throw new Error('there is an analysis that nobody touched');
    const { key } = victim;
    await postgres.query('UPDATE analysis.analyses SET version1_original = $1 WHERE analysis_id = $2', [
      '{"document_id":"another"}',
      key.slice('analysis:'.length),
    ]);
    const drift: Drift[] = [];
    const refused = takeStep(
      session,
      { action: 'advance' },
      { onProgress: () => undefined, onDrift: (each) => drift.push(each) },
    );
    await expect(refused).rejects.toMatchObject({ status: 409, message: expect.stringContaining(key) });
    expect(drift).toEqual([{ service: 'analysis', family: 'analysis', key, fault: 'differs' }]);
    expect(await readMigration(session)).toMatchObject({ phase: 'dual_write' });

    await step({ action: 'backfill' });
    expect((await originalsByAnalysis()).get(key.slice('analysis:'.length))).toBe(victim.sha256);
    const startedAt = performance.now();
    expect((await step({ action: 'advance' })).report).toMatchObject({ agree: true, migration: { phase: 'pg_read' } });
    console.info(`verified and advanced in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    expect((await step({ action: 'advance' })).report.migration.phase).toBe('complete');
    await traffic.stop();
    expect(traffic.wrong).toEqual([]);
  });
});

/** Begins a backfill and kills the service as soon as its import goes on. @returns how many keys it had looked at */
async function interruptedBackfill(victim: 'document' | 'analysis', scannedBefore: number): Promise<number> {
  const name: ProcessName = victim;
  let scanned = 0;
  let isKilled = false;
  const pid = await system.pidOf(name);
  const broken = step({ action: 'backfill', owner: 'owner@example.test' }, ({ service, stage, counts }) => {
    if (isKilled || service !== victim || stage !== 'import' || !counts) return;
    isKilled = true;
    scanned = counts.scanned;
    traffic.expectRestart();
    process.kill(pid, 'SIGKILL');
  });
  await expect(broken).rejects.toBeInstanceOf(Error);
  expect(isKilled).toBe(true);
  await migrationNow().toBeDefined();
  const { services } = await readMigration(session);
  const checkpoint = services.find(({ service }) => service === victim)?.backfill;
  expect(checkpoint?.finished_at).toBeUndefined();
  expect(checkpoint?.counts.scanned).toBeGreaterThanOrEqual(scanned);
  if (victim === 'analysis') expect(scanned).toBeGreaterThan(scannedBefore);
  return victim === 'analysis' ? scanned : 0;
}

async function originalsByAnalysis(): Promise<Map<string, string>> {
  const { rows } = await postgres.query<{ analysis_id: string; sha256: string }>(
    `SELECT analysis_id, encode(sha256(convert_to(version1_original, 'UTF8')), 'hex') AS sha256
       FROM analysis.analyses WHERE version1_original IS NOT NULL`,
  );
  return new Map(rows.map((row) => [row.analysis_id, row.sha256]));
}

async function latestByDocument(): Promise<Map<string, string>> {
  const { rows } = await postgres.query<{ document_id: string; latest_analysis_id: string }>(
    'SELECT document_id, latest_analysis_id FROM analysis.document_heads WHERE latest_analysis_id IS NOT NULL',
  );
  return new Map(rows.map((row) => [row.document_id, row.latest_analysis_id]));
}

async function documentIds(): Promise<Set<string>> {
  const { rows } = await postgres.query<{ document_id: string }>('SELECT document_id FROM document.documents');
  return new Set(rows.map(({ document_id }) => document_id));
}

async function isOfDeleted(analysisId: string): Promise<boolean> {
  const text = await version1.get(`analysis:${analysisId}`);
  const { document_id: documentId } = JSON.parse(text ?? traffic.written.get(analysisId) ?? '{}') as {
    document_id?: string;
  };
  return documentId !== undefined && traffic.deleted.has(documentId);
}

function countsOf({ migration }: MigrationReport): string {
  return migration.services
    .map(({ service, backfill }) => `${service}: ${JSON.stringify(backfill?.counts)}`)
    .join(', ');
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / mebibyte)} MiB`;
}
