import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../config.ts';

/** Paths of what a process proves itself with, and of what others have to prove themselves with to it. All in PEM. */
export interface TlsFiles {
  /** Its certificate, and after it those between it and the authority, if there are any. */
  TLS_CERT_FILE: string;
  TLS_KEY_FILE: string;
  /** Certificates of the authorities that are trusted; several while one replaces the other. */
  TLS_CA_FILE: string;
}

/** What is in the files. */
export interface TlsIdentity {
  certificate: Buffer;
  privateKey: Buffer;
  caCertificate: Buffer;
  expiresAt: Date;
}

type Setting = keyof TlsFiles;

/** @throws {ConfigError} naming the setting and the file that cannot be used, and why */
export function readTlsIdentity(files: TlsFiles): TlsIdentity {
  const caCertificate = contentOf(files, 'TLS_CA_FILE');
  const certificate = contentOf(files, 'TLS_CERT_FILE');
  const privateKey = contentOf(files, 'TLS_KEY_FILE');

  const authorities = certificatesIn(caCertificate, files, 'TLS_CA_FILE');
  const [own, ...between] = certificatesIn(certificate, files, 'TLS_CERT_FILE');
  for (const authority of authorities) requireValidity(authority, files, 'TLS_CA_FILE');
  for (const each of [own, ...between]) requireValidity(each, files, 'TLS_CERT_FILE');
  if (!own.checkPrivateKey(keyIn(privateKey, files))) {
    throw refusal(files, 'TLS_KEY_FILE', `is not the key of the certificate in ${files.TLS_CERT_FILE}`);
  }
  const top = between.at(-1) ?? own;
  if (!authorities.some((authority) => top.checkIssued(authority) && top.verify(authority.publicKey))) {
    throw refusal(files, 'TLS_CERT_FILE', `was issued by none of the authorities in ${files.TLS_CA_FILE}`);
  }
  return { certificate, privateKey, caCertificate, expiresAt: own.validToDate };
}

function contentOf(files: TlsFiles, setting: Setting): Buffer {
  try {
    return readFileSync(files[setting]);
  } catch (error) {
    throw refusal(files, setting, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function certificatesIn(content: Buffer, files: TlsFiles, setting: Setting): [X509Certificate, ...X509Certificate[]] {
  const blocks = content.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const [first, ...others] = blocks.map((block) => new X509Certificate(block));
    if (first) return [first, ...others];
  } catch {
    // Told below: what OpenSSL says of it helps nobody.
  }
  throw refusal(files, setting, 'is no certificate in PEM');
}

function keyIn(content: Buffer, files: TlsFiles): KeyObject {
  try {
    return createPrivateKey(content);
  } catch {
    throw refusal(files, 'TLS_KEY_FILE', 'is no private key in PEM without a passphrase');
  }
}

function requireValidity({ validFromDate, validToDate }: X509Certificate, files: TlsFiles, setting: Setting): void {
  const now = new Date();
  if (validToDate <= now) throw refusal(files, setting, `expired at ${validToDate.toISOString()}`);
  if (validFromDate > now) throw refusal(files, setting, `is not valid before ${validFromDate.toISOString()}`);
}

function refusal(files: TlsFiles, setting: Setting, complaint: string): ConfigError {
  return new ConfigError(`${setting}: ${files[setting]} ${complaint}`);
}
