import { outboxTrail } from '@contract-reviewer/platform/audit/audit-events';
import type { HeadFile } from '@contract-reviewer/platform/audit/audit-head';
import { AuditSigner } from '@contract-reviewer/platform/audit/audit-keys';
import { type AuditRecord, formatRecord, parseRecord } from '@contract-reviewer/platform/audit/audit-records';
import type { Verdict } from '@contract-reviewer/platform/audit/audit-verdict';
import { verifyAgainstHead } from '@contract-reviewer/platform/audit/audit-verifier';
import { Database } from '@contract-reviewer/platform/pg/database';
import type { TestDatabase } from '@contract-reviewer/platform/testing/test-database';
import { AuditExports } from '../src/audit-exports.ts';
import { AuditHeads } from '../src/audit-heads.ts';
import { AuditRetention } from '../src/audit-retention.ts';
import type { Session } from '../src/domain/session.ts';
import { schema } from '../src/schema.ts';
import { PgAuditHeadStore } from '../src/storage/pg-audit-head-store.ts';
import { PgAuditStore } from '../src/storage/pg-audit-store.ts';
import { createSessionDatabase, newAuditKey, silentLogger } from './session-stack.ts';
import { newSession, newUser } from './stores.ts';

/** The audit log of one process, with everything that can be done to it. */
export interface AuditParts {
  store: PgAuditStore;
  headStore: PgAuditHeadStore;
  heads: AuditHeads;
  exports: AuditExports;
  retention: AuditRetention;
}

export interface AuditStack extends AuditParts, AsyncDisposable {
  testDatabase: TestDatabase;
  database: Database;
  /** The log as a process has it that was given these keys. */
  withKeys(keys: string): AuditParts;
}

/** An administrator's session. */
export const administrator: Session = newSession(newUser({ role: 'admin' }), { role: 'admin', permissions: ['admin'] });

/** An empty log with its key. */
export async function openAuditStack(key = newAuditKey()): Promise<AuditStack> {
  await using stack = new AsyncDisposableStack();
  const testDatabase = stack.use(await createSessionDatabase());
  const database = stack.use(
    new Database({ url: testDatabase.url, applicationName: 'audit', schema, logger: silentLogger }),
  );
  const withKeys = (keys: string): AuditParts => {
    const signers = AuditSigner.fromSeeds(keys);
    const store = new PgAuditStore(database, signers[0]);
    const headStore = new PgAuditHeadStore(database);
    const heads = new AuditHeads(store, headStore, signers, silentLogger);
    const exports = new AuditExports(store, headStore, heads, outboxTrail(database));
    return { store, headStore, heads, exports, retention: new AuditRetention(store, exports) };
  };
  const parts = withKeys(key);
  await parts.heads.registerKeys();
  const acquired = stack.move();
  return { ...parts, testDatabase, database, withKeys, [Symbol.asyncDispose]: () => acquired.disposeAsync() };
}

/** The lines of an export. */
export async function exportLines({ exports }: AuditParts, before?: Date): Promise<string[]> {
  const lines: string[] = [];
  for await (const record of exports.export(administrator, before)) lines.push(formatRecord(record));
  return lines;
}

/** The verdict on exported lines, archives first, against a head that was kept. */
export function verifyLines(lines: readonly string[], kept: HeadFile): Promise<Verdict> {
  return verifyAgainstHead(recordsOf(lines), kept);
}

async function* recordsOf(lines: readonly string[]): AsyncGenerator<AuditRecord> {
  for (const line of lines) yield parseRecord(line);
}
