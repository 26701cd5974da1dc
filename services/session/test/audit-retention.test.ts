import { randomUUID } from 'node:crypto';
import { AuditFormatError } from '@contract-reviewer/platform/audit/audit-records';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditStack, administrator, exportLines, openAuditStack, verifyLines } from './audit-stack.ts';
import { newAuditKey } from './session-stack.ts';
import { deliveredEvent, minutesAfter, noon } from './stores.ts';

const key = newAuditKey();
let log: AuditStack;
beforeEach(async () => {
  log = await openAuditStack(key);
  await log.store.append(
    Array.from({ length: 9 }, (_, minute) =>
      deliveredEvent({ userId: `user-${minute % 3}`, occurredAt: minutesAfter(noon, minute) }),
    ),
  );
});
afterEach(() => log[Symbol.asyncDispose]());

async function sealBefore(minute: number) {
  const lines = await exportLines(log, minutesAfter(noon, minute));
  const head = JSON.parse(lines.at(-1) as string) as { size: number; root_hash: string };
  const archive = { sealedSize: head.size, rootHash: head.root_hash, sha256: '00'.repeat(32) };
  return { lines, removed: await log.retention.seal(administrator, archive) };
}

describe('a log of which entries were sealed', () => {
  it('takes an event that was sealed, and comes again, without effect', async () => {
    const event = deliveredEvent({ eventId: randomUUID(), occurredAt: noon });
    await log.store.append([event]);
    const { size, peaks } = await log.store.tree();
    await log.store.seal({ size, peaks }, deliveredEvent({ type: 'audit_log_sealed' }));
    await log.store.append([event]);
    expect((await log.store.tree()).size).toBe(size + 1);
  });

  it('is refused to be sealed with an archive that does not hold it', async () => {
    const archive = { sealedSize: 5, rootHash: '00'.repeat(32), sha256: '00'.repeat(32) };
    await expect(log.retention.seal(administrator, archive)).rejects.toMatchObject({ kind: 'archive_mismatch' });
    expect((await log.store.entriesAfter(undefined, 100)).entries).toHaveLength(10);
  });

  it('is found out if they were removed without it', async () => {
    const kept = await log.heads.current(administrator);
    await log.database.query('DELETE FROM session.audit_entries');
    const { size, peaks } = await log.store.tree();
    await log.database.query('UPDATE session.audit_tree SET sealed_size = $1, sealed_peaks = $2', [size, peaks]);
    const { fault } = await verifyLines(await exportLines(log), kept);
    expect(fault).toMatchObject({ kind: 'removed', sequence: 0 });
  });

  it('is not verified against a head that is older than its first entry, unless the archive is given', async () => {
    const kept = await log.heads.current(administrator);
    await log.store.append([deliveredEvent(), deliveredEvent({ occurredAt: minutesAfter(noon, 10_000_000) })]);
    const { lines } = await sealBefore(9_000_000);
    const rest = await exportLines(log);
    await expect(verifyLines(rest, kept)).rejects.toThrow(AuditFormatError);
    expect((await verifyLines([...lines, ...rest], kept)).fault).toBeUndefined();
    await expect(verifyLines([...lines.slice(0, -3), ...rest], kept)).rejects.toThrow(AuditFormatError);
  });
});

it('a log is verified across a change of its key, by old heads and by who has only the new key', async () => {
  const kept = await log.heads.current(administrator);
  const newKey = newAuditKey();
  const rotated = log.withKeys(`${newKey},${key}`);
  await rotated.heads.registerKeys();
  await rotated.store.append([deliveredEvent()]);
  expect((await verifyLines(await exportLines(rotated), kept)).fault).toBeUndefined();
  const afterwards = log.withKeys(newKey);
  expect((await afterwards.exports.check()).fault).toBeUndefined();

  const stranger = log.withKeys(newAuditKey());
  await stranger.heads.registerKeys();
  await stranger.store.append([deliveredEvent()]);
  expect((await verifyLines(await exportLines(stranger), kept)).fault?.message).toContain('no trusted key vouches');
});

it('events that the release before this one has recorded are taken over, each once and in their order', async () => {
  const before = (await log.store.tree()).size;
  const again = deliveredEvent({ type: 'login_failed' });
  await log.store.append([again]);
  await log.database.query(
    `INSERT INTO session.audit_log (event_id, type, occurred_at, service, user_id, details)
     SELECT gen_random_uuid(), 'login_failed', now(), 'session', 'user-' || n, '{}'::jsonb FROM generate_series(1, 7) AS n
     UNION ALL SELECT $1::uuid, 'login_failed', now(), 'session', NULL, '{}'::jsonb`,
    [again.eventId],
  );
  expect(await log.store.adoptEarlierEvents(5)).toBe(5);
  expect(await log.store.adoptEarlierEvents(5)).toBe(3);
  expect(await log.store.adoptEarlierEvents(5)).toBe(0);
  expect((await log.store.tree()).size).toBe(before + 1 + 7);
  const { events } = await log.store.list({ type: 'login_failed', outcome: 'denied' }, { limit: 10, offset: 0 });
  expect(events.map(({ userId }) => userId)).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => `user-${n}`));
  expect((await log.exports.check()).fault).toBeUndefined();
});
