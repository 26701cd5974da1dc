import { parseArgs } from 'node:util';
import { accessUsage, gatewayUrlFrom, UsageError } from '../gateway/gateway-access.ts';

export const usage = `Usage: npm run migration -- COMMAND [OPTION...]

Takes over what version 1 kept in its Redis (V1_REDIS_URL), while the system runs. It takes an administrator. Every
command may be repeated; what was interrupted goes on where it was. docs/migration.md says what each step means.

Commands
  status      show the phase and how far each service is
  backfill    take everything over that is not taken over yet
  verify      compare version 1's Redis with PostgreSQL, key by key
  advance     go on to the next phase: dual_write, pg_read, complete; it is refused while the stores differ
  rollback    go back to the phase before; not after complete was confirmed
  set-aside   list the entries that did not fit and are kept as they were

Options
  --owner WHO  for backfill: the e-mail address or id of the user who is to own what had no owner
  --confirm    for advance, once the phase is complete: end the migration for good
  --json       print one JSON object instead of text
  --help       show this

${accessUsage}
Exit codes
  0  done; for status and set-aside: shown; for verify: the stores agree
  1  the stores differ, or the step was refused
  2  wrong usage
  3  a part of the system cannot be reached, or refuses the login
`;

const commands = ['status', 'backfill', 'verify', 'advance', 'rollback', 'set-aside'] as const;
export type Command = (typeof commands)[number];

export interface MigrationSettings {
  command: Command;
  owner: string | undefined;
  confirm: boolean;
  json: boolean;
  url: URL;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function settingsFrom(args: string[], env: NodeJS.ProcessEnv): MigrationSettings | 'help' {
  const { values, positionals } = parse(args);
  const { help, owner, confirm, json } = values;
  if (help) return 'help';
  const [command, ...more] = positionals;
  if (!isCommand(command) || more.length > 0) {
    throw new UsageError(`Give one command: ${commands.join(', ')}.`);
  }
  if (owner !== undefined && command !== 'backfill') throw new UsageError('--owner belongs to backfill.');
  if (confirm && command !== 'advance') throw new UsageError('--confirm belongs to advance.');
  return { command, owner, confirm, json, url: gatewayUrlFrom(env) };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        owner: { type: 'string' },
        confirm: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function isCommand(word: string | undefined): word is Command {
  return (commands as readonly (string | undefined)[]).includes(word);
}
