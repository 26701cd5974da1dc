import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { expect, test } from 'vitest';
import { loadAdminPassword, loadAuditKey, loadSecrets } from '../../stack/secrets.ts';

const modeOf = async (file: string) => (await stat(file)).mode & 0o777;

test('secrets are made once, each its own, and only their owner can read them', async () => {
  await using directory = await temporaryDirectory();
  const secrets = await loadSecrets(directory.path);
  const values = Object.values(secrets).flatMap((value) =>
    typeof value === 'string' ? [value] : Object.values(value),
  );
  expect(values).toHaveLength(3 + 3 + 4 + 4);
  expect(new Set(values).size).toBe(values.length);
  for (const value of values) expect(value).toMatch(/^[\w-]{43}$/);

  expect(await loadSecrets(directory.path)).toEqual(secrets);
  expect(await modeOf(join(directory.path, 'secrets.json'))).toBe(0o600);
  expect(await readdir(directory.path)).toEqual(['secrets.json']);
});

test('a secret that an older version did not have is added, and the mode is put right', async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'secrets.json');
  await writeFile(file, JSON.stringify({ postgres_superuser: 'kept', service_tokens: { gateway: 'kept too' } }));
  await chmod(file, 0o644);
  const secrets = await loadSecrets(directory.path);
  expect(secrets.postgres_superuser).toBe('kept');
  expect(secrets.service_tokens.gateway).toBe('kept too');
  expect(secrets.service_tokens.document).toMatch(/^[\w-]{43}$/);
  expect(await modeOf(file)).toBe(0o600);
});

test('a damaged file is not replaced by new secrets', async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'secrets.json');
  await writeFile(file, '{"postgres_');
  await expect(loadSecrets(directory.path)).rejects.toThrow(`${file} is damaged`);
  expect(await readFile(file, 'utf8')).toBe('{"postgres_');
});

test("the administrator's password is new once, and can be read again by its owner alone", async () => {
  await using directory = await temporaryDirectory();
  const first = await loadAdminPassword(directory.path, undefined);
  const second = await loadAdminPassword(directory.path, undefined);
  expect(first.isNew).toBe(true);
  expect(second).toEqual({ ...first, isNew: false });
  expect((await readFile(first.file as string, 'utf8')).trim()).toBe(first.value);
  expect(await modeOf(first.file as string)).toBe(0o600);
});

test('a password that is given is not kept', async () => {
  await using directory = await temporaryDirectory();
  expect(await loadAdminPassword(directory.path, 'given')).toEqual({ value: 'given', file: undefined, isNew: false });
  expect(await readdir(directory.path)).toEqual([]);
});

test('the key of the audit log is made once, stays with those before it, and only its owner can read it', async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'audit-key');
  const key = await loadAuditKey(directory.path);
  expect(key).toMatch(/^[\w-]{43}$/);
  expect(await loadAuditKey(directory.path)).toBe(key);
  await writeFile(file, `newer\n${key}\n`, { mode: 0o644 });
  expect(await loadAuditKey(directory.path)).toBe(`newer\n${key}`);
  expect(await modeOf(file)).toBe(0o600);
});
