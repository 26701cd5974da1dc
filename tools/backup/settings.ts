import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run backup -- --out DIR

Copies the database, the original files and the secrets of a data directory of npm start, which may be running, and tells
what it copied. Redis holds nothing that is not in the database. npm run restore makes a data directory of it again.
Whoever has a backup has all that is in it, and all keys: docs/backup.md.
Exit code 0: done. 1: not done, and nothing is left behind. 2: wrong usage.

Options
  --out DIR   where the backup goes; it must not be there yet
  --help      shows this

Settings, as environment variables
  DATA_DIR    where npm start keeps everything (.data)
`;

export interface Settings {
  /** Absolute. */
  out: string;
  /** Absolute. */
  dataDirectory: string;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings | 'help' {
  const { out, help } = parseOptions(args);
  if (help) return 'help';
  if (!out) throw new UsageError('--out: is required');
  return { out: resolve(out), dataDirectory: resolve(env.DATA_DIR || '.data') };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { out: { type: 'string' }, help: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
