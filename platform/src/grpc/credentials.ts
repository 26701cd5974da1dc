import { ChannelCredentials, experimental, ServerCredentials } from '@grpc/grpc-js';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import type { Logger } from '../log.ts';
import type { ClientOptions } from './client.ts';
import type { TlsFiles } from './tls-files.ts';
import { WatchedCertificates } from './watched-certificates.ts';

/** Paths; all of them or none. See docs/mtls.md. */
export const tlsSettings = {
  /** Path of the certificate with which the process proves itself, in PEM. */
  TLS_CERT_FILE: z.string().optional(),
  /** Path of its private key. */
  TLS_KEY_FILE: z.string().optional(),
  /** Path of the certificates of the authorities that the others are believed by. */
  TLS_CA_FILE: z.string().optional(),
};

export type TlsSettings = { [Name in keyof TlsFiles]?: string | undefined };

/** How a process meets others over gRPC. */
export interface Transport {
  /** What a client of the service of that name is made with. */
  to(service: string): Pick<ClientOptions, 'credentials' | 'serverName'>;
  /** What a server is made with. */
  server: ServerCredentials;
}

/**
 * With certificates, mutual TLS of version 1.2 or 1.3: a server takes no connection without a certificate of a trusted
 * authority, and a client none to a server whose certificate does not have the name of the service that is meant. The
 * name and not the address, so that no service can pass for another, whatever an address leads to.
 *
 * Without them, plain text.
 *
 * @throws {ConfigError} if only some of the settings are there, or a file cannot be used
 */
export function transportFrom(settings: TlsSettings, logger: Logger): Transport {
  const files = tlsFilesOf(settings);
  if (!files) {
    const credentials = ChannelCredentials.createInsecure();
    return { to: () => ({ credentials }), server: ServerCredentials.createInsecure() };
  }
  const certificates = new WatchedCertificates(files, logger);
  const credentials = experimental.createCertificateProviderChannelCredentials(certificates, certificates);
  return {
    to: (service) => ({ credentials, serverName: service }),
    server: experimental.createCertificateProviderServerCredentials(certificates, certificates, true),
  };
}

function tlsFilesOf(settings: TlsSettings): TlsFiles | undefined {
  const names = Object.keys(tlsSettings) as (keyof TlsFiles)[];
  const missing = names.filter((name) => settings[name] === undefined);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) {
    const complaints = missing.map((name) => `${name}: is required where other TLS_ settings are set`);
    throw new ConfigError(['These settings cannot be used:', ...complaints].join('\n  '));
  }
  return settings as TlsFiles;
}
