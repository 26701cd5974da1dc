import { join } from 'node:path';
import { readTlsIdentity, type TlsFiles } from '@contract-reviewer/platform/grpc/tls-files';
import type { ProcessName } from './process-names.ts';

/**
 * The files of a process in a directory that `npm run certificates` made.
 *
 * @throws {ConfigError} if they cannot be used, which is better known before the stores are started
 */
export function tlsFilesIn(directory: string, name: ProcessName): TlsFiles {
  const files: TlsFiles = {
    TLS_CERT_FILE: join(directory, `${name}.crt`),
    TLS_KEY_FILE: join(directory, `${name}.key`),
    TLS_CA_FILE: join(directory, 'ca.crt'),
  };
  readTlsIdentity(files);
  return files;
}
