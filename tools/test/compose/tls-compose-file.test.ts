import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { developmentCertificates } from '../../certificates/development-certificates.ts';
import { processNames } from '../../stack/process-names.ts';
import { type ComposeFile, repositoryFile } from './compose-file.ts';

const { services } = parse(repositoryFile('docker-compose.tls.yml')) as ComposeFile;

it('docker-compose.tls.yml gives each process its own certificate and key, and no other', async () => {
  const made = new Set((await developmentCertificates(1)).map(({ name }) => name));
  expect(Object.keys(services).sort()).toEqual([...processNames].sort());
  for (const name of processNames) {
    const mounted = new Map(
      services[name]?.volumes?.map((volume) => {
        const [, file, path] = /^\$\{TLS_DIR:\?[^}]+\}\/([\w.]+):([\w/.]+):ro$/.exec(volume) ?? [];
        return [path, file];
      }),
    );
    const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CA_FILE } = services[name]?.environment ?? {};
    const expected = [
      [TLS_CERT_FILE, `${name}.crt`],
      [TLS_KEY_FILE, `${name}.key`],
      [TLS_CA_FILE, 'ca.crt'],
    ] as const;
    expect([...mounted]).toEqual(expected);
    for (const [, file] of expected) expect(made).toContain(file);
  }
});
