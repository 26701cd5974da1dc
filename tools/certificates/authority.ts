import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import {
  bitString,
  boolean,
  type Der,
  element,
  generalizedTime,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  utcTime,
  utf8String,
} from './der.ts';

export interface Validity {
  from: Date;
  until: Date;
}

export interface CertificateRequest {
  /** The common name, for people; nobody decides by it. */
  name: string;
  /** The names and addresses that it is proof for. */
  hosts: readonly string[];
  /** A client that is none of the servers must not be able to pass for one. */
  uses: readonly ('server' | 'client')[];
  validity: Validity;
}

/** Both in PEM. */
export interface Credentials {
  certificate: string;
  key: string;
}

/** Issues certificates for as long as the process lives: its private key is written nowhere. */
export interface Authority {
  /** Its own certificate, in PEM: what others have to trust. */
  readonly certificate: string;
  issue(request: CertificateRequest): Credentials;
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const commonName = objectIdentifier('2.5.4.3');
const version3 = tagged(0, integer(Buffer.of(2)));

const extensions = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
};
const purposes = { server: objectIdentifier('1.3.6.1.5.5.7.3.1'), client: objectIdentifier('1.3.6.1.5.5.7.3.2') };

/**
 * An authority for certificates of X.509 version 3 with keys on P-256, which every TLS library takes; Ed25519 not every
 * one does. See https://www.rfc-editor.org/rfc/rfc5280#section-4.
 */
export function createAuthority(name: string, validity: Validity): Authority {
  const { publicKey, privateKey } = newKeys();
  const issuer = { name, key: privateKey, keyIdentifier: keyIdentifierOf(publicKey) };
  const certificate = signed(issuer, name, publicKey, validity, [
    // It issues certificates, but no authorities.
    extension('basicConstraints', sequence(boolean(true), integer(Buffer.of(0))), true),
    // Bits 5 and 6: keyCertSign, cRLSign.
    extension('keyUsage', bitString(Buffer.of(0b0000_0110), 1), true),
    extension('subjectKeyIdentifier', octetString(issuer.keyIdentifier)),
  ]);
  return { certificate, issue: (request) => issue(issuer, request) };
}

interface Issuer {
  name: string;
  key: KeyObject;
  keyIdentifier: Buffer;
}

function issue(issuer: Issuer, { name, hosts, uses, validity }: CertificateRequest): Credentials {
  const { publicKey, privateKey } = newKeys();
  const certificate = signed(issuer, name, publicKey, validity, [
    extension('basicConstraints', sequence(), true),
    // Bit 0: digitalSignature.
    extension('keyUsage', bitString(Buffer.of(0b1000_0000), 7), true),
    extension('extKeyUsage', sequence(...uses.map((use) => purposes[use]))),
    extension('subjectAltName', sequence(...hosts.map(generalName))),
    extension('subjectKeyIdentifier', octetString(keyIdentifierOf(publicKey))),
    extension('authorityKeyIdentifier', sequence(element(0x80, issuer.keyIdentifier))),
  ]);
  return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function signed(issuer: Issuer, subject: string, publicKey: KeyObject, validity: Validity, extended: Der[]): string {
  const body = sequence(
    version3,
    serialNumber(),
    ecdsaWithSha256,
    distinguishedName(issuer.name),
    sequence(time(validity.from), time(validity.until)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extended)),
  );
  return pem(sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, issuer.key))));
}

/** 127 random bits, the first of them set, so that all are of one length. */
function serialNumber(): Der {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return integer(bytes);
}

function distinguishedName(name: string): Der {
  return sequence(set(sequence(commonName, utf8String(name))));
}

function time(moment: Date): Der {
  return moment.getUTCFullYear() < 2050 ? utcTime(moment) : generalizedTime(moment);
}

function extension(name: keyof typeof extensions, value: Der, isCritical = false): Der {
  const critical = isCritical ? [boolean(true)] : [];
  return sequence(objectIdentifier(extensions[name]), ...critical, octetString(value));
}

/** A name or an address, as RFC 5280 has it in section 4.2.1.6. */
function generalName(host: string): Der {
  if (isIPv4(host)) return element(0x87, Buffer.from(host.split('.').map(Number)));
  if (isIPv6(host)) return element(0x87, ipv6Bytes(host));
  return element(0x82, Buffer.from(host, 'ascii'));
}

function ipv6Bytes(address: string): Buffer {
  // URL writes an address in one way, from which the groups of zeros that `::` stands for can be counted.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return Buffer.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

/** 160 bits that name the key: RFC 7093, section 2, method 4. */
function keyIdentifierOf(publicKey: KeyObject): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

function pem(certificate: Der): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) as string[];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
