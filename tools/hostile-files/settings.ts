import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run hostile-files -- --out DIR [OPTION...]
       npm run hostile-files -- --run [OPTION...]

Makes files that attack whoever reads them, or sends them to a system that is started for it, while another user works
with it. docs/hostile-files.md says what for, and what came of it.
Exit code 0: written, or everything was as it should be. 1: not so. 2: wrong usage.

Options
  --out DIR       writes the files to DIR
  --run           sends them to two of each process over real stores
  --only PATTERN  only files whose name matches this regular expression
  --report FILE   with --run: puts the tables into FILE, in place of what follows its line "## Outcomes"
  --canary URL    with --out: where the files try to connect to (http://127.0.0.1:9/)
  --help          shows this
`;

export type Settings =
  | { do: 'write'; directory: string; canary: string; only: RegExp }
  | { do: 'run'; report: string | undefined; only: RegExp };

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const { out, run, report, canary, only, help } = parseOptions(args);
  if (help) return 'help';
  if ((out === undefined) === !run) throw new UsageError('either --out DIR or --run is needed');
  if (report !== undefined && !run) throw new UsageError('--report needs --run');
  return out === undefined
    ? { do: 'run', report, only: patternOf(only) }
    : { do: 'write', directory: out, canary: urlOf(canary), only: patternOf(only) };
}

function parseOptions(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const value = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        out: value,
        run: flag,
        report: value,
        only: { ...value, default: '' },
        canary: { ...value, default: 'http://127.0.0.1:9/' },
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function patternOf(only: string): RegExp {
  try {
    return new RegExp(only);
  } catch {
    throw new UsageError(`--only: ${only} is no regular expression`);
  }
}

function urlOf(canary: string): string {
  if (!URL.canParse(canary)) throw new UsageError(`--canary: ${canary} is no URL`);
  return new URL('.', canary).href;
}
