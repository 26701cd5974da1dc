import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HttpClient } from '../e2e/http-client.ts';
import { repository, type System, startSystem } from '../e2e/system.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let at: (name: string) => string;
let system: System;
let client: HttpClient;
let before: { documentId: string; content: string; text: unknown; analysis: unknown };
let deletedId: string;
let backup: { code: number; output: string };

function run(environment: NodeJS.ProcessEnv, ...args: string[]) {
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, args, { cwd: repository, env: environment }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

const restore = (from: string, dataDirectory: string) =>
  run({ PATH: process.env.PATH, DATA_DIR: dataDirectory }, 'tools/restore/main.ts', '--from', from);

async function read(reader: HttpClient, documentId: string) {
  return {
    documentId,
    content: sha256(new Uint8Array(await (await reader.request(`/api/documents/${documentId}/content`)).arrayBuffer())),
    text: await reader.json(`/api/documents/${documentId}/text?wait=10`),
    analysis: await reader.json(`/api/documents/${documentId}/analysis`),
  };
}

/** A backup is taken while clients write; then more happens, and the system ends. */
beforeAll(async () => {
  const directory = stack.use(await temporaryDirectory());
  at = (name) => join(directory.path, name);
  await using running = await startSystem({}, { ownPostgres: true });
  system = running;
  client = await running.login();
  const environment = { ...running.environment(), DATA_DIR: running.dataDirectory };
  const documentId = await client.upload('nda.txt', 'NDA between Alder Ltd. and Birch Inc., governed by Delaware law.');
  await client.analyze(documentId);
  before = await read(client, documentId);
  deletedId = await client.upload('gone.txt', 'A contract that is deleted after the backup.');
  const keepHead = () => run(environment, 'tools/audit/main.ts', 'head', '--out', at('head.json'));
  await vi.waitUntil(async () => (await keepHead()).code === 0, { timeout: 20_000 });

  const stop = new AbortController();
  const uploads = (async () => {
    for (let number = 0; !stop.signal.aborted; number += 1) {
      const passing = await client.upload('passing.txt', `Contract No. ${number}, which is not kept.`);
      await client.json(`/api/documents/${passing}`, { method: 'DELETE' });
      await client.upload('kept.txt', `Contract No. ${number}, which is kept.`);
    }
  })();
  backup = await run(environment, 'tools/backup/main.ts', '--out', at('backup'));
  stop.abort();
  await uploads;
  await client.json(`/api/documents/${deletedId}`, { method: 'DELETE' });
});

describe('a backup of a running system', () => {
  it('is for its owner alone, and has the keys', async () => {
    expect(backup).toMatchObject({ code: 0 });
    expect((await stat(at('backup'))).mode & 0o777).toBe(0o700);
    for (const name of ['secrets.json', 'audit-key', 'manifest.json']) {
      expect((await stat(join(at('backup'), name))).mode & 0o777).toBe(0o600);
    }
  });

  it('becomes a system with its documents, files, texts and reviews, where nobody is logged in', async () => {
    expect(await restore(at('backup'), at('data'))).toMatchObject({ code: 0 });
    await using restored = await startSystem({ DATA_DIR: at('data') }, { ownPostgres: true });
    const stale = await new HttpClient(restored.baseUrl, client.token).request('/api/documents');
    expect(stale.status).toBe(401);

    const reader = await HttpClient.login(restored.baseUrl, system.admin);
    expect(await read(reader, before.documentId)).toEqual(before);
    const { documents } = await reader.json('/api/documents?limit=100');
    expect(documents.map(({ document_id }: { document_id: string }) => document_id)).toContain(deletedId);
    // Content of every document, also of those that came and went while the backup was taken.
    for (const { document_id, sha256: expected } of documents) {
      const content = await reader.request(`/api/documents/${document_id}/content`);
      expect(sha256(new Uint8Array(await content.arrayBuffer()))).toBe(expected);
    }

    const environment = { ...restored.environment(), CONTRACT_REVIEWER_TOKEN: reader.token, DATA_DIR: at('data') };
    const verdict = await run(environment, 'tools/audit/main.ts', 'verify', '--head', at('head.json'));
    expect(verdict).toMatchObject({ code: 0 });
  });

  it('is put back into an empty directory only', async () => {
    const { code, output } = await restore(at('backup'), at('data'));
    expect(code).toBe(1);
    expect(output).toContain('is not empty');
  });

  it('is refused, and nothing left behind, when a byte of it has changed', async () => {
    const { files } = JSON.parse(await readFile(join(at('backup'), 'manifest.json'), 'utf8'));
    const blob = Object.keys(files).find((name) => name.startsWith('blobs/')) as string;
    await appendFile(join(at('backup'), blob), 'x');
    const { code, output } = await restore(at('backup'), at('elsewhere'));
    expect(code).toBe(1);
    expect(output).toContain(`${blob} is damaged`);
    expect(await readdir(at('elsewhere'))).toEqual([]);
  });
});
