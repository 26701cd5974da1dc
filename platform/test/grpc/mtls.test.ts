import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { HealthService } from '@contract-reviewer/proto/grpc/health/v1/health';
import { experimental } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type CertificateRequest, createAuthority } from '../../../tools/certificates/authority.ts';
import { ConfigError } from '../../src/config.ts';
import type { StatusError } from '../../src/errors.ts';
import { createClient } from '../../src/grpc/client.ts';
import { type Transport, transportFrom } from '../../src/grpc/credentials.ts';
import type { TlsFiles } from '../../src/grpc/tls-files.ts';
import { WatchedCertificates } from '../../src/grpc/watched-certificates.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../src/testing/temporary-directory.ts';
import { silentLogger } from '../shelf/shelf-stores.ts';
import { type DocumentServer, startDocumentServer } from './document-server.ts';

const hourMs = 3_600_000;
const now = Date.now();
const validity = { from: new Date(now - hourMs), until: new Date(now + hourMs) };
const service: CertificateRequest = { name: 'A service', hosts: ['document'], uses: ['server', 'client'], validity };
const ours = await createAuthority('Ours', validity);
const theirs = await createAuthority('Theirs', validity);
/** As while one authority replaces another. */
const both = { certificate: ours.certificate + theirs.certificate };

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

/** Files of a certificate from `authority`, whose holder trusts `trusted`. */
async function filesOf(
  {
    authority = ours,
    trusted = ours,
    ...request
  }: Partial<CertificateRequest> & {
    authority?: Authority;
    trusted?: Pick<Authority, 'certificate'>;
  } = {},
  name = Math.random().toString(36).slice(2),
): Promise<TlsFiles> {
  const { certificate, key } = await authority.issue({ ...service, ...request });
  const write = async (kind: string, content: string) => {
    const path = join(directory.path, `${name}.${kind}`);
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
    return path;
  };
  return {
    TLS_CERT_FILE: await write('crt', certificate),
    TLS_KEY_FILE: await write('key', key),
    TLS_CA_FILE: await write('ca', trusted.certificate),
  };
}

async function transportOf(...certificate: Parameters<typeof filesOf>): Promise<Transport> {
  return transportFrom(await filesOf(...certificate), silentLogger);
}

async function startServer(...certificate: Parameters<typeof filesOf>): Promise<DocumentServer> {
  return startDocumentServer({}, { credentials: (await transportOf(...certificate)).server });
}

/** @returns how the server is, or the status that the call failed with */
async function ask(address: string, transport: Transport): Promise<string> {
  using client = createClient(HealthService, { address, ...transport.to('document') });
  try {
    return `status ${(await client.check({ service: '' }, { timeoutMs: 5000 })).status}`;
  } catch (error) {
    return (error as StatusError).code;
  }
}

const serving = 'status 1';

describe('between processes with certificates', () => {
  let server: DocumentServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('one of the same authority is answered', async () => {
    expect(await ask(server.address, await transportOf())).toBe(serving);
  });

  it('authorities can be replaced one process after the other', async () => {
    await using renewed = await startServer({ authority: theirs, trusted: both });
    expect(await ask(renewed.address, await transportOf({ trusted: both }))).toBe(serving);
    expect(await ask(server.address, await transportOf({ trusted: both }))).toBe(serving);
  });

  it.each([
    ['without TLS', async () => transportFrom({}, silentLogger)],
    ['with a certificate of another authority', () => transportOf({ authority: theirs, trusted: theirs })],
    ['whose certificate is for servers alone', () => transportOf({ uses: ['server'] })],
  ])('one %s is not', async (_what, credentials) => {
    expect(await ask(server.address, await credentials())).toBe('UNAVAILABLE');
  });

  it('one without a certificate is not, and one whose certificate has expired is not', async () => {
    const past = { from: new Date(now - 2 * hourMs), until: new Date(now - 1000) };
    const { certificate, key } = await ours.issue({ ...service, validity: past });
    const shown = [{}, { cert: certificate, key }];
    for (const each of shown) expect(await handshake(server.address, each)).toMatch(/^closed$|^ECONNRESET$|^ERR_SSL_/);
    const { certificate: cert, key: ownKey } = await ours.issue(service);
    expect(await handshake(server.address, { cert, key: ownKey })).toBe('h2');
  });

  it.each([
    ['TLSv1.3', 'h2'],
    ['TLSv1.2', 'h2'],
    ['TLSv1.1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ] as const)('%s: %s', async (version, expected) => {
    const { certificate: cert, key } = await ours.issue(service);
    // Version 1.1 is below what OpenSSL offers unless it is told to be careless.
    const careless = { ciphers: 'DEFAULT@SECLEVEL=0' };
    const versions = { minVersion: version as SecureVersion, maxVersion: version as SecureVersion };
    expect(await handshake(server.address, { cert, key, ...versions, ...careless })).toBe(expected);
  });
});

describe('a server whose certificate', () => {
  it.each([
    ['names another service', { hosts: ['session', '127.0.0.1', 'localhost'] }],
    ['is that of a client', { uses: ['client'] as const }],
    ['is of another authority', { authority: theirs, trusted: both }],
  ])('%s is not talked to', async (_what, request) => {
    await using server = await startServer(request);
    expect(await ask(server.address, await transportOf())).toBe('UNAVAILABLE');
  });
});

describe('files that cannot be used', () => {
  const past = { from: new Date(now - 2 * hourMs), until: new Date(now - 1000) };
  const future = { from: new Date(now + hourMs), until: new Date(now + 2 * hourMs) };

  it.each<[string, () => Promise<Partial<TlsFiles>>, RegExp]>([
    [
      'that are not all named',
      async () => ({ TLS_CERT_FILE: 'x' }),
      /TLS_KEY_FILE: is required.*\n.*TLS_CA_FILE: is required/,
    ],
    [
      'that is not there',
      () => mixed({ TLS_KEY_FILE: '/nowhere/key' }),
      /^TLS_KEY_FILE: \/nowhere\/key cannot be read \(ENOENT\)$/,
    ],
    [
      'of another kind',
      async () => mixed({ TLS_CERT_FILE: (await filesOf()).TLS_KEY_FILE }),
      /^TLS_CERT_FILE: .*\.key is no certificate in PEM$/,
    ],
    [
      'without a key',
      async () => mixed({ TLS_KEY_FILE: (await filesOf()).TLS_CERT_FILE }),
      /^TLS_KEY_FILE: .*\.crt is no private key/,
    ],
    [
      'with the key of another',
      async () => mixed({ TLS_KEY_FILE: (await filesOf()).TLS_KEY_FILE }),
      /^TLS_KEY_FILE: .*\.key is not the key of the certificate in .*\.crt$/,
    ],
    ['that expired', () => filesOf({ validity: past }), /^TLS_CERT_FILE: .*\.crt expired at /],
    ['of the future', () => filesOf({ validity: future }), /^TLS_CERT_FILE: .*\.crt is not valid before /],
    [
      'of a foreign authority',
      () => filesOf({ authority: theirs }),
      /^TLS_CERT_FILE: .*\.crt was issued by none of the authorities in .*\.ca$/,
    ],
  ])('%s are named, with what is wrong', async (_what, files, complaint) => {
    const settings = await files();
    expect(() => transportFrom(settings, silentLogger)).toThrow(ConfigError);
    expect(() => transportFrom(settings, silentLogger)).toThrow(complaint);
  });
});

describe('certificates that are renewed on disk', () => {
  it('are taken up by a server that runs, once they fit each other', async () => {
    const files = await filesOf({}, 'renewed');
    const watched = new WatchedCertificates(files, silentLogger, 20);
    const credentials = experimental.createCertificateProviderServerCredentials(watched, watched, true);
    await using server = await startDocumentServer({}, { credentials });
    const transport = await transportOf();
    const first = await serialNumberOf(server);

    await rm(files.TLS_KEY_FILE);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await serialNumberOf(server)).toBe(first);
    expect(await ask(server.address, transport)).toBe(serving);

    await filesOf({}, 'renewed');
    await expect.poll(() => serialNumberOf(server)).not.toBe(first);
    expect(await ask(server.address, await transportOf())).toBe(serving);
  });
});

/** A usable set with one file replaced. */
async function mixed(replaced: Partial<TlsFiles>): Promise<TlsFiles> {
  return { ...(await filesOf()), ...replaced };
}

/** Of the certificate that a server shows to those who come now. */
async function serialNumberOf({ address }: DocumentServer): Promise<string> {
  const [host, port] = address.split(':') as [string, string];
  const { certificate: cert, key } = await ours.issue(service);
  const socket = connect({ host, port: Number(port), ca: ours.certificate, servername: 'document', cert, key });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

/** @returns the protocol that was agreed on, or how the connection ended */
async function handshake(address: string, shown: object): Promise<string> {
  const [host, port] = address.split(':') as [string, string];
  const trust = { ca: ours.certificate, servername: 'document', ALPNProtocols: ['h2'] };
  const socket = connect({ host, port: Number(port), ...trust, ...shown });
  const ended = Promise.withResolvers<string>();
  // In TLS 1.3 a client hears only after its own handshake that its certificate was refused.
  socket.once('data', () => ended.resolve(socket.alpnProtocol || 'no protocol'));
  socket.once('error', (error: NodeJS.ErrnoException) => ended.resolve(error.code ?? error.message));
  socket.once('close', () => ended.resolve('closed'));
  const outcome = await ended.promise;
  socket.destroy();
  return outcome;
}
