import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `Usage: npm run certificates -- --out DIR [OPTION...]

Makes certificates with which the processes prove themselves to each other (docs/mtls.md), for development: an
authority (ca.crt), and a certificate and a private key each for document, analysis, session, gateway, and operator,
which is for grpcurl and buf curl. The authority's own key is not kept, so a new set replaces the whole of the old one.

Options
  --out DIR    where they go; made if it is not there
  --days N     how long they hold, from 1 to 825 (90)
  --host NAME  a name or an address by which the services are reached besides localhost, 127.0.0.1, ::1 and the
               service's own name; may be given several times
  --force      replace those that are there
  --help       show this

Exit codes
  0  they are made
  1  there are some already, or the directory cannot be written to
  2  wrong usage
`;

/** The command line cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface CertificateSettings {
  /** Absolute. */
  directory: string;
  days: number;
  hosts: string[];
  force: boolean;
}

/** What some TLS libraries take at most, such as that of macOS. */
const maxDays = 825;
const hostName = /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i;

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function settingsFrom(args: string[]): CertificateSettings | 'help' {
  const { help, out, days, host, force } = parse(args);
  if (help) return 'help';
  if (!out) throw new UsageError('--out is needed.');
  if (!/^\d{1,3}$/.test(days) || Number(days) < 1 || Number(days) > maxDays) {
    throw new UsageError(`--days takes a whole number from 1 to ${maxDays}.`);
  }
  const wrong = host.find((each) => !hostName.test(each) && !isIPv6(each));
  if (wrong !== undefined) throw new UsageError(`--host takes a name or an address, without a port: ${wrong}`);
  return { directory: resolve(out), days: Number(days), hosts: host, force };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        out: { type: 'string' },
        days: { type: 'string', default: '90' },
        host: { type: 'string', multiple: true, default: [] },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
