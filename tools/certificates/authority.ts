// The library's container of dependencies needs it before anything else of it is loaded.
import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

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
  issue(request: CertificateRequest): Promise<Credentials>;
}

/** Every TLS library takes P-256; Ed25519 not every one does. */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const purposes = { server: ExtendedKeyUsage.serverAuth, client: ExtendedKeyUsage.clientAuth };

/** An authority for certificates of X.509 version 3. See https://www.rfc-editor.org/rfc/rfc5280#section-4. */
export async function createAuthority(name: string, { from, until }: Validity): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: from,
    notAfter: until,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      // It issues certificates, but no authorities.
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), issue: (request) => issue(certificate, keys.privateKey, request) };
}

async function issue(
  issuer: X509Certificate,
  signingKey: CryptoKey,
  { name, hosts, uses, validity }: CertificateRequest,
): Promise<Credentials> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: issuer.subject,
    notBefore: validity.from,
    notAfter: validity.until,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(uses.map((use) => purposes[use])),
      new SubjectAlternativeNameExtension(hosts.map(generalName)),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certificate: pem(certificate), key: `${PemConverter.encode(key, PemConverter.PrivateKeyTag)}\n` };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function generalName(host: string): JsonGeneralName {
  return { type: isIP(host) ? 'ip' : 'dns', value: host };
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
