import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { accessUsage, gatewayUrlFrom, UsageError } from '../gateway/gateway-access.ts';

export const usage = `Usage: npm run audit -- COMMAND [OPTION...]

Keeps, checks and looks after the audit log. Except for verifying files, it takes a running system and an administrator.

Commands
  head                    sign the log as it is now; keep the result where nobody here can change it
    --out FILE            write it there (standard output)
  verify                  check the log against a head that was kept, and name the first entry that was edited, removed,
                          inserted, reordered or cut off at the end
    --head FILE           the head, however old
    --log FILE            check an export instead of the running system
    --archive FILE        entries that were sealed before the first one in the log; repeat it, oldest first
    --json                print one JSON object instead of text
  export                  write the log with all that it takes to verify it
    --out FILE            write it there (standard output)
  seal                    write old entries to an archive, and remove them from the log
    --before TIME         only entries before the first one that is as young as this (ISO 8601)
    --out FILE            the archive; it must not exist
  erase                   erase from the log what says who a user is
    --user ID             the user
  new-key                 put a new key before the old ones of npm start; it counts from the next start on
  --help                  show this

${accessUsage}
Exit codes
  0  done; for verify: the log is as it was
  1  verify: it is not
  2  wrong usage, or it could not be done or told: files that do not belong together, nobody answers, login refused
`;

export type AuditCommand =
  | { name: 'head'; out: string | undefined }
  | { name: 'verify'; head: string; log: string | undefined; archives: readonly string[]; json: boolean }
  | { name: 'export'; out: string | undefined }
  | { name: 'seal'; before: Date; out: string }
  | { name: 'erase'; user: string }
  | { name: 'new-key'; file: string };

export interface AuditSettings {
  command: AuditCommand;
  url: URL;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function settingsFrom(args: string[], env: NodeJS.ProcessEnv): AuditSettings | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) throw new UsageError('Give one command.');
  return { command: commandOf(name, values, env), url: gatewayUrlFrom(env) };
}

type Values = ReturnType<typeof parse>['values'];

function commandOf(name: string, values: Values, env: NodeJS.ProcessEnv): AuditCommand {
  switch (name) {
    case 'head':
    case 'export':
      refuseOthers(name, values, ['out']);
      return { name, out: values.out };
    case 'verify':
      refuseOthers(name, values, ['head', 'log', 'archive', 'json']);
      return {
        name,
        head: required(values, 'head'),
        log: values.log,
        archives: values.archive ?? [],
        json: values.json ?? false,
      };
    case 'seal':
      refuseOthers(name, values, ['before', 'out']);
      return { name, before: momentOf(required(values, 'before')), out: required(values, 'out') };
    case 'erase':
      refuseOthers(name, values, ['user']);
      return { name, user: required(values, 'user') };
    case 'new-key':
      refuseOthers(name, values, []);
      return { name, file: join(env.DATA_DIR ?? '.data', 'audit-key') };
    default:
      throw new UsageError(`There is no command ${name}.`);
  }
}

function refuseOthers(command: string, values: Values, accepted: readonly string[]): void {
  const other = Object.keys(values).find((option) => !accepted.includes(option));
  if (other !== undefined) throw new UsageError(`--${other} does not go with ${command}.`);
}

function required(values: Values, option: 'head' | 'before' | 'out' | 'user'): string {
  const value = values[option];
  if (value === undefined) throw new UsageError(`--${option} is needed.`);
  return value;
}

function momentOf(text: string): Date {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime()))
    throw new UsageError('--before takes a moment in ISO 8601, as 2026-01-31T00:00:00Z.');
  return moment;
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: text,
        head: text,
        log: text,
        archive: { type: 'string', multiple: true },
        before: text,
        user: text,
        json: flag,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
