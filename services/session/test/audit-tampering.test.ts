import { randomBytes, randomUUID } from 'node:crypto';
import { entryLeaf, saltedPart } from '@contract-reviewer/platform/audit/audit-entry';
import type { HeadFile } from '@contract-reviewer/platform/audit/audit-head';
import { parseRecord } from '@contract-reviewer/platform/audit/audit-records';
import { CompactRange } from '@contract-reviewer/platform/merkle/compact-range';
import { Database } from '@contract-reviewer/platform/pg/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../tools/faults/random.ts';
import type { AuditEvent } from '../src/domain/audit-event.ts';
import { schema } from '../src/schema.ts';
import { type AuditStack, administrator, exportLines, openAuditStack, verifyLines } from './audit-stack.ts';
import { silentLogger } from './session-stack.ts';
import { deliveredEvent, minutesAfter, noon } from './stores.ts';

/** `AUDIT_TAMPERINGS=10000 npm test -- audit-tampering` is the long form. */
const trials = Number(process.env.AUDIT_TAMPERINGS ?? 300);
const seed = Number(process.env.AUDIT_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** When the head was taken, and now. */
const keptSize = 16;
const size = 20;
const erasedUser = 'erased';

const stored = `sequence, event_id, type, occurred_at, service, outcome, actor, actor_salt, actor_hash,
                actor_erased_by, content, content_salt, content_hash, content_erased_by, key_id, signature`;

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let log: AuditStack;
let superuser: Database;
let kept: HeadFile;
const random = new Random(seed);

beforeAll(async () => {
  log = stack.use(await openAuditStack());
  superuser = stack.use(
    new Database({ url: log.testDatabase.adminUrl, applicationName: 'superuser', schema, logger: silentLogger }),
  );
  await appendUntil(8);
  await log.heads.signIfGrown();
  await log.retention.erase(administrator, erasedUser as typeof administrator.userId);
  await appendUntil(12);
  await log.heads.signIfGrown();
  await appendUntil(keptSize);
  kept = await log.heads.current(administrator);
  await appendUntil(size);
  for (const table of ['audit_entries', 'audit_tree', 'audit_heads']) {
    await superuser.query(`CREATE TABLE kept_${table} AS SELECT * FROM session.${table}`);
  }
});

async function appendUntil(target: number): Promise<void> {
  for (;;) {
    const { size: at } = await log.store.tree();
    if (at >= target) return;
    // Alone, or with others that share its signature.
    const end = Math.min(target, at + 1 + below(5));
    await log.store.append(Array.from({ length: end - at }, (_, index) => eventAt(at + index)));
  }
}

function eventAt(place: number): AuditEvent {
  return deliveredEvent({
    userId: place % 5 === 1 ? erasedUser : `user-${place % 3}`,
    documentId: `document-${place % 4}`,
    occurredAt: minutesAfter(noon, place),
    details: { number: place },
  });
}

async function restore(): Promise<void> {
  await superuser.query('DELETE FROM session.audit_entries');
  await superuser.query(`INSERT INTO session.audit_entries (${stored}) SELECT ${stored} FROM kept_audit_entries`);
  await superuser.query('UPDATE session.audit_tree SET (size, peaks) = (SELECT size, peaks FROM kept_audit_tree)');
  await superuser.query('DELETE FROM session.audit_heads');
  await superuser.query('INSERT INTO session.audit_heads SELECT * FROM kept_audit_heads');
}

const edit = (sequence: number, assignment: string, values: unknown[] = []) =>
  superuser.query(`UPDATE session.audit_entries SET ${assignment} WHERE sequence = $1`, [sequence, ...values]);

const bytes = (length: number) => randomBytes(length);

const asIfErased = 'the content away, as if it had been erased';

/** Ways to change one thing about an entry. */
const edits: Record<string, (sequence: number) => Promise<unknown>> = {
  type: (n) => edit(n, `type = 'session_created'`),
  service: (n) => edit(n, `service = 'elsewhere'`),
  outcome: (n) => edit(n, `outcome = 'denied'`),
  'time by a microsecond': (n) => edit(n, `occurred_at = occurred_at + interval '1 microsecond'`),
  'event id': (n) => edit(n, 'event_id = $2', [randomUUID()]),
  actor: (n) => edit(n, 'actor = $2, actor_salt = coalesce(actor_salt, $3)', ['{"user_id":"me"}', bytes(16)]),
  'content by a space': (n) => edit(n, `content = coalesce(content, '{}') || ' '`),
  'salt of the actor': (n) => edit(n, 'actor_salt = $2', [bytes(16)]),
  'salt of the content': (n) => edit(n, 'content_salt = $2', [bytes(16)]),
  'hash of the actor': (n) => edit(n, 'actor_hash = $2', [bytes(32)]),
  'hash of the content': (n) => edit(n, 'content_hash = $2', [bytes(32)]),
  key: (n) => edit(n, `key_id = 'another'`),
  signature: (n) => edit(n, `signature = reverse(signature)`),
  'last digit of the signature': (n) => edit(n, `signature = overlay(signature placing '!' from length(signature))`),
  'signature, to that of another': (n) =>
    edit(n, 'signature = (SELECT signature FROM kept_audit_entries WHERE sequence = $2)', [(n + 1) % size]),
  'content with all that follows from it': (n) => {
    const { text, salt, hash } = saltedPart({ details: { forged: true } });
    return edit(n, `content = $2, content_salt = decode($3, 'hex'), content_hash = decode($4, 'hex')`, [
      text,
      salt,
      hash,
    ]);
  },
  'the declaration of an erasure': (n) => edit(n, 'content_erased_by = $2', [size + 7]),
  'the content away': (n) => edit(n, 'content = NULL, content_salt = NULL'),
  [asIfErased]: (n) => edit(n, 'content = NULL, content_salt = NULL, content_erased_by = $2', [below(size)]),
};

/** Moves entries from `first` on by some places, through numbers that are free. */
async function move(first: number, by: number): Promise<void> {
  await superuser.query('UPDATE session.audit_entries SET sequence = sequence + 1000 WHERE sequence >= $1', [first]);
  await superuser.query('UPDATE session.audit_entries SET sequence = sequence - 1000 + $1 WHERE sequence >= 1000', [
    by,
  ]);
}

async function copyTo(sequence: number, from: number): Promise<void> {
  await superuser.query(
    `INSERT INTO session.audit_entries (${stored})
     SELECT $1, gen_random_uuid(), type, occurred_at, service, outcome, actor, actor_salt, actor_hash,
            actor_erased_by, content, content_salt, content_hash, content_erased_by, key_id, signature FROM kept_audit_entries WHERE sequence = $2`,
    [sequence, from],
  );
}

/** Makes the log's own idea of its end agree with what is left. */
async function mendTree(until: number): Promise<void> {
  const { entries } = await log.store.entriesAfter(undefined, size);
  const range = new CompactRange();
  for (const entry of entries.slice(0, until)) range.append(entryLeaf(entry));
  await superuser.query('UPDATE session.audit_tree SET size = $1, peaks = $2', [range.size, range.peaks]);
}

const below = (end: number) => Math.floor(random.between(0, end));

/** Each tampers, and tells which is the first entry that is not as it was, and how that may be called. */
const tamperings: Record<string, () => Promise<{ first: number; kinds: string[] }>> = {
  edit: async () => {
    const first = below(size);
    await (edits[random.pick(Object.keys(edits))] as (sequence: number) => Promise<unknown>)(first);
    return { first, kinds: ['edited'] };
  },
  'edit of several': async () => {
    // Different ones, because an edit that is done twice may undo itself.
    const entries = random.shuffled(Array.from({ length: size }, (_, sequence) => sequence)).slice(0, 3);
    // What seems to be erased by an entry that was itself edited is taken for the fault of that one.
    const independent = Object.keys(edits).filter((name) => name !== asIfErased);
    for (const entry of entries) {
      await (edits[random.pick(independent)] as (sequence: number) => Promise<unknown>)(entry);
    }
    return { first: Math.min(...entries), kinds: ['edited'] };
  },
  deletion: async () => {
    const entries = Array.from({ length: 1 + below(4) }, () => below(size - 1));
    await superuser.query('DELETE FROM session.audit_entries WHERE sequence = ANY ($1)', [entries]);
    return { first: Math.min(...entries), kinds: ['removed'] };
  },
  'deletion that closes the gap': async () => {
    const first = below(size - 1);
    await superuser.query('DELETE FROM session.audit_entries WHERE sequence = $1', [first]);
    await move(first + 1, -1);
    if (random.chance(0.5)) await mendTree(size - 1);
    return { first, kinds: ['removed'] };
  },
  insertion: async () => {
    const first = below(size);
    await move(first, 1);
    await copyTo(first, below(size));
    return { first, kinds: ['inserted', 'reordered'] };
  },
  'insertion at the end': async () => {
    await copyTo(size, below(size));
    return { first: size, kinds: ['edited', 'reordered'] };
  },
  'insertion before the beginning': async () => {
    await copyTo(-1, below(size));
    return { first: -1, kinds: ['inserted'] };
  },
  swap: async () => {
    const [a, b] = [below(size), below(size - 1)];
    const other = b >= a ? b + 1 : b;
    await superuser.query(`UPDATE session.audit_entries SET sequence = 1000 + sequence WHERE sequence IN ($1, $2)`, [
      a,
      other,
    ]);
    await superuser.query(
      `UPDATE session.audit_entries SET sequence = CASE sequence - 1000 WHEN $1 THEN $2 ELSE $1 END WHERE sequence >= 1000`,
      [a, other],
    );
    // Of a swap with the last entry, nothing after it tells whether those between are missing.
    return { first: Math.min(a, other), kinds: ['reordered', 'removed'] };
  },
  truncation: async () => {
    const first = below(size);
    await superuser.query('DELETE FROM session.audit_entries WHERE sequence >= $1', [first]);
    return { first, kinds: ['cut_off', 'edited'] };
  },
  'truncation that hides itself': async () => {
    const first = below(keptSize);
    await superuser.query('DELETE FROM session.audit_entries WHERE sequence >= $1', [first]);
    await superuser.query('DELETE FROM session.audit_heads WHERE size > $1', [first]);
    await mendTree(first);
    return { first, kinds: ['cut_off', 'edited'] };
  },
};

describe('a log that somebody with all rights in PostgreSQL has tampered with', () => {
  it('holds as long as nobody does', async () => {
    const verdict = await verifyLines(await exportLines(log), kept);
    expect(verdict).toMatchObject({ size, checked: size, erased: expect.any(Number) });
    expect(verdict.fault).toBeUndefined();
    expect(verdict.erased).toBeGreaterThan(0);
    expect(verdict.heads).toBeGreaterThanOrEqual(4);
  });

  it('holds as well if it was exported before entries shared signatures', async () => {
    await using earlier = await openAuditStack();
    for (let at = 0; at < 3; at += 1) await earlier.store.append([eventAt(at)]);
    const [first = '', ...others] = await exportLines(earlier);
    const lines = [first.replace('"format":2', '"format":1'), ...others];
    expect(parseRecord(lines[0] as string)).toMatchObject({ kind: 'log', format: 1 });
    const verdict = await verifyLines(lines, await earlier.heads.current(administrator));
    expect(verdict.fault).toBeUndefined();
    expect(verdict.checked).toBe(4);
  });

  it(
    `is found out against an old head, and the first bad entry is named: ${trials} times, seed ${seed}`,
    async () => {
      const names = Object.keys(tamperings);
      for (let trial = 0; trial < trials; trial += 1) {
        const name = names[trial % names.length] as string;
        const { first, kinds } = await (tamperings[name] as () => Promise<{ first: number; kinds: string[] }>)();
        const { fault } = await verifyLines(await exportLines(log), kept);
        const found = { trial, name, sequence: fault?.sequence, kind: fault?.kind };
        expect(found).toEqual({ trial, name, sequence: first, kind: expect.toBeOneOf(kinds) });
        await restore();
      }
    },
    30_000 + trials * 200,
  );

  it('is found out when it went on after it was cut off, as far as the heads that were kept can tell', async () => {
    for (const first of [5, 10, 14]) {
      await superuser.query('DELETE FROM session.audit_entries WHERE sequence >= $1', [first]);
      await superuser.query('DELETE FROM session.audit_heads WHERE size > $1', [first]);
      await mendTree(first);
      await appendUntil(size);
      const { fault } = await verifyLines(await exportLines(log), kept);
      const agreed = [0, ...kept.earlierHeads.map((head) => head.size)].filter((each) => each <= first).at(-1);
      // An erasure that was cut off leaves parts missing that nothing declares any more.
      expect(['replaced', 'edited']).toContain(fault?.kind);
      if (fault?.kind === 'replaced') expect(fault.sequence).toBe(agreed);
      await restore();
    }
  });

  it('is found out when a head was forged, and when the key was exchanged', async () => {
    await superuser.query(`UPDATE session.audit_heads SET root_hash = sha256('forged') WHERE size = $1`, [keptSize]);
    expect((await verifyLines(await exportLines(log), kept)).fault).toMatchObject({ kind: 'forged_head' });
    await restore();

    await using other = await openAuditStack();
    const forger = other.withKeys(randomBytes(32).toString('base64url'));
    await forger.heads.registerKeys();
    const { fault } = await verifyLines(await exportLines(forger), kept);
    expect(fault).toMatchObject({ sequence: 0, message: expect.stringContaining('no trusted key vouches') });
  });
});
