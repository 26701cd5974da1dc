import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../certificates/authority.ts';
import { holders } from '../../certificates/development-certificates.ts';
import { settingsFrom, UsageError, usage } from '../../certificates/settings.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../certificates/main.ts', import.meta.url));
const dayMs = 24 * 60 * 60 * 1000;

/** @returns the exit code, and all that was printed */
async function certificates(...args: string[]): Promise<{ code: number; output: string }> {
  try {
    return { code: 0, output: (await run(process.execPath, [main, ...args])).stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, output: stderr };
  }
}

describe('npm run certificates', () => {
  it('makes a pair for every process, each from the authority, and keys that only their owner can read', async () => {
    await using directory = await temporaryDirectory();
    const out = join(directory.path, 'made', 'tls');
    expect(await certificates('--out', out, '--days', '3', '--host', 'contracts.example')).toMatchObject({ code: 0 });

    const pairs = holders.flatMap((name) => [`${name}.crt`, `${name}.key`]);
    expect((await readdir(out)).sort()).toEqual(['ca.crt', ...pairs].sort());
    const authority = new X509Certificate(await readFile(join(out, 'ca.crt')));
    expect(authority.ca).toBe(true);
    for (const name of holders) {
      const certificate = new X509Certificate(await readFile(join(out, `${name}.crt`)));
      expect(certificate.verify(authority.publicKey) && certificate.checkIssued(authority)).toBe(true);
      expect(certificate.ca).toBe(false);
      expect(Math.round((certificate.validToDate.getTime() - Date.now()) / dayMs)).toBe(3);
      expect((await stat(join(out, `${name}.key`))).mode & 0o777).toBe(0o600);
      expect(certificate.checkHost(name)).toBe(name);
      const isServer = name !== 'gateway' && name !== 'operator';
      for (const host of ['localhost', 'contracts.example']) {
        expect(certificate.checkHost(host)).toBe(isServer ? host : undefined);
      }
      for (const address of ['127.0.0.1', '::1']) {
        expect(certificate.checkIP(address)).toBe(isServer ? address : undefined);
      }
    }
  });

  it('replaces nothing unless it is told to, and then everything', async () => {
    await using directory = await temporaryDirectory();
    const read = () => readFile(join(directory.path, 'document.key'), 'utf8');
    await certificates('--out', directory.path);
    const first = await read();
    expect(await certificates('--out', directory.path)).toMatchObject({ code: 1, output: /ca\.crt is there already/ });
    expect(await read()).toBe(first);
    expect(await certificates('--out', directory.path, '--force')).toMatchObject({ code: 0 });
    expect(await read()).not.toBe(first);
  });

  it('says what is wrong with its use, and exits with 2', async () => {
    expect(await certificates()).toEqual({ code: 2, output: '--out is needed.\nTry --help.\n' });
    expect(await certificates('--help')).toEqual({ code: 0, output: usage });
    for (const args of [
      ['--days', '0'],
      ['--days', '826'],
      ['--days', '1.5'],
      ['--host', 'a:1'],
      ['--host', 'a b'],
      ['--rsa'],
    ]) {
      expect(() => settingsFrom(['--out', 'x', ...args])).toThrow(UsageError);
    }
  });
});

it('an authority writes names, addresses and years as RFC 5280 has them', async () => {
  const validity = { from: new Date('2026-02-03T04:05:06Z'), until: new Date('2055-02-03T04:05:06Z') };
  const hosts = ['service.example', '10.1.2.3', '2001:db8::ff:0:1'];
  const authority = await createAuthority('An authority', validity);
  const { certificate } = await authority.issue({ name: 'x', hosts, uses: ['server'], validity });
  const read = new X509Certificate(certificate);
  expect(read.subjectAltName).toBe('DNS:service.example, IP Address:10.1.2.3, IP Address:2001:DB8:0:0:0:FF:0:1');
  expect([read.validFromDate, read.validToDate]).toEqual([validity.from, validity.until]);
  expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
});
