import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditRecord, parseRecord } from '@contract-reviewer/platform/audit/audit-records';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpClient } from './http-client.ts';
import { type ProcessName, repository, type System, startSystem } from './system.ts';

/** `AUDIT_ACTIONS=1000 npm test -- audit.e2e` is the long form. */
const actions = Number(process.env.AUDIT_ACTIONS ?? 40);
const victims: ProcessName[] = ['document', 'session', 'analysis', 'session'];

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let system: System;
let client: HttpClient;
let at: (name: string) => string;
beforeAll(async () => {
  const directory = stack.use(await temporaryDirectory());
  at = (name) => join(directory.path, name);
  system = stack.use(await startSystem());
  client = await system.login();
});

function audit(...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['tools/audit/main.ts', ...args],
      { cwd: repository, env: { ...system.environment(), DATA_DIR: system.dataDirectory } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** A user who tries on; what was not acknowledged may have happened or not. */
async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function exportedRecords(name: string): Promise<AuditRecord[]> {
  expect(await audit('export', '--out', at(name))).toMatchObject({ code: 0 });
  return (await readFile(at(name), 'utf8')).trimEnd().split('\n').map(parseRecord);
}

const entriesOf = (records: readonly AuditRecord[]) => records.filter((record) => record.kind === 'entry');

/** How many entries of that type there are about something. */
function countIn(records: readonly AuditRecord[], type: string, id: string): number {
  return entriesOf(records).filter(
    (entry) => entry.type === type && `${entry.actor.text} ${entry.content.text}`.includes(`"${id}"`),
  ).length;
}

describe('the audit log of a running system', () => {
  it(`has exactly one entry of each of ${actions} acknowledged actions, while services are killed`, async () => {
    await persistently(async () =>
      expect(await audit('head', '--out', at('first-head.json'))).toMatchObject({ code: 0 }),
    );
    const acknowledged: [type: string, id: string][] = [];
    const act = async (number: number) => {
      const documentId = await persistently(() => client.upload('contract.txt', `Contract No. ${number}.`));
      acknowledged.push(['document_uploaded', documentId]);
      const created = await persistently(() =>
        client.json('/api/sessions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ document_id: documentId, permissions: ['read'] }),
        }),
      );
      acknowledged.push(['session_created', created.session_id]);
    };
    const acting = (async () => {
      for (let number = 0; number < actions / 2; number += 5) {
        await Promise.all(Array.from({ length: 5 }, (_, index) => act(number + index)));
      }
    })();
    const killing = (async () => {
      for (const [index, victim] of victims.entries()) {
        const reached = (index * actions) / (victims.length + 1);
        await expect.poll(() => acknowledged.length, { timeout: 120_000 }).toBeGreaterThanOrEqual(reached);
        process.kill(await system.pidOf(victim), 'SIGKILL');
      }
    })();
    await Promise.all([acting, killing]);

    const [lastType, lastId] = acknowledged.at(-1) as [string, string];
    const isDelivered = () => client.json(`/api/audit?type=${lastType}&session_id=${lastId}`);
    await expect.poll(async () => (await persistently(isDelivered)).total_count, { timeout: 30_000 }).toBe(1);
    const waiting = async () => {
      const records = await exportedRecords(`export-${Date.now()}.ndjson`);
      return acknowledged.filter(([type, id]) => countIn(records, type, id) !== 1);
    };
    await expect.poll(waiting, { timeout: 60_000, interval: 1000 }).toEqual([]);
  }, 900_000);

  it('is verified against a head from before, running or exported; what was done to an export is named', async () => {
    const running = await audit('verify', '--head', at('first-head.json'));
    expect(running).toMatchObject({ code: 0, stdout: expect.stringContaining('As it was') });
    const json = await audit('verify', '--head', at('first-head.json'), '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: true });

    expect((await audit('head', '--out', at('head.json'))).code).toBe(0);
    const lines = (await exportedRecords('log.ndjson')).map((_, index) => index);
    const text = (await readFile(at('log.ndjson'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(text.length);
    const withLog = async (changed: string[]) => {
      await writeFile(at('changed.ndjson'), `${changed.join('\n')}\n`);
      return audit('verify', '--head', at('head.json'), '--log', at('changed.ndjson'));
    };
    expect((await withLog(text)).code).toBe(0);
    const fifth = text.findIndex((line) => line.includes('"kind":"entry","sequence":5,'));
    const edited = text.with(fifth, (text[fifth] as string).replace('"outcome":"allowed"', '"outcome":"denied"'));
    expect(await withLog(edited)).toMatchObject({ code: 1, stdout: expect.stringContaining('edited at entry 5') });
    const removed = await withLog(text.toSpliced(fifth, 1));
    expect(removed).toMatchObject({ code: 1, stdout: expect.stringContaining('removed at entry 5') });
    const cut = await withLog(text.slice(0, fifth + 1));
    expect(cut).toMatchObject({ code: 1, stdout: expect.stringContaining('cut_off at entry 6') });
  });

  it('is sealed into an archive, with which it is verified from its beginning', async () => {
    const before = new Date().toISOString();
    const sealed = await audit('seal', '--before', before, '--out', at('archive.ndjson'));
    expect(sealed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/holds entries 0 to \d+; \d+ were removed/),
    });
    expect((await audit('seal', '--before', before, '--out', at('archive.ndjson'))).code).toBe(2);

    const withoutArchive = await audit('verify', '--head', at('head.json'));
    expect(withoutArchive).toMatchObject({ code: 2, stderr: expect.stringContaining('Give their archives too') });
    const whole = await audit('verify', '--head', at('first-head.json'), '--archive', at('archive.ndjson'));
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining('As it was') });
    expect((await audit('head', '--out', at('later-head.json'))).code).toBe(0);
    expect((await audit('verify', '--head', at('later-head.json'))).code).toBe(0);
  });

  it('forgets who somebody was, and holds', async () => {
    const account = { email: 'leaves@example.test', password: 'a password for a while' };
    const user = await client.json('/api/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    });
    const mentions = async () =>
      countIn(await exportedRecords(`erase-${Date.now()}.ndjson`), 'user_created', user.user_id);
    await expect.poll(mentions, { timeout: 15_000 }).toBe(1);
    expect(await audit('erase', '--user', user.user_id)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^[1-9]\d* parts/),
    });
    expect(await mentions()).toBe(0);
    const verified = await audit('verify', '--head', at('later-head.json'));
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('erased on request') });
  });

  it('says what is wrong with a command, with exit code 2', async () => {
    const commands = [
      [['--help'], 0, 'Usage: npm run audit'],
      [['prove'], 2, 'There is no command prove'],
      [['verify', '--head', at('nothing.json')], 2, 'ENOENT'],
      [['verify', '--head', at('log.ndjson')], 2, 'not a head'],
      [['verify', '--head', at('head.json'), '--log', at('head.json')], 2, 'not a line'],
    ] as const;
    const results = await Promise.all(commands.map(([args]) => audit(...args)));
    for (const [index, [, code, text]] of commands.entries()) {
      const { stdout, stderr, ...result } = results[index] as (typeof results)[number];
      expect({ ...result, output: stdout + stderr }).toEqual({ code, output: expect.stringContaining(text) });
    }
  });

  it('gets a new key, which the old one vouches for', async () => {
    expect(await audit('new-key')).toMatchObject({ code: 0 });
    const keys = (await readFile(join(system.dataDirectory, 'audit-key'), 'utf8')).trim().split('\n');
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[\w-]{43}$/);
  });
});
