import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run restore -- --from DIR

Makes a data directory from a backup, after it has compared every file of the backup with its digest. All sessions and
credentials end; what was taken away from somebody since the backup they have again: docs/backup.md.
Exit code 0: done, and npm start runs on it. 1: not done, and the data directory is as empty as before. 2: wrong usage.

Options
  --from DIR   a backup that npm run backup made
  --help       shows this

Settings, as environment variables
  DATA_DIR     the data directory; it must not be there yet, or be empty (.data)
`;

export interface Settings {
  /** Absolute. */
  from: string;
  /** Absolute. */
  dataDirectory: string;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings | 'help' {
  const { from, help } = parseOptions(args);
  if (help) return 'help';
  if (!from) throw new UsageError('--from: is required');
  return { from: resolve(from), dataDirectory: resolve(env.DATA_DIR || '.data') };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, help: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
