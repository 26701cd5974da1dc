import { parseArgs } from 'node:util';
import { DatasetError } from './cuad.ts';

/** The command was not given what it needs. */
class UsageError extends Error {}

export interface Arguments {
  dataset: string;
  threads: number;
  flags: Readonly<Record<string, boolean>>;
  files: Readonly<Record<string, string>>;
}

export interface CommandDescription {
  usage: string;
  /** Names of further options without and with a value. */
  flags: readonly string[];
  files: readonly string[];
}

const mostThreads = 64;

function parse({ flags, files }: CommandDescription, args: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      threads: { type: 'string', default: '1' },
      ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }])),
      ...Object.fromEntries(files.map((name) => [name, { type: 'string' as const }])),
    },
  });
  const given: Record<string, string | boolean | undefined> = values;
  if (given.help === true) return 'help';
  const [dataset, ...others] = positionals;
  if (dataset === undefined || others.length > 0) throw new UsageError('Name one folder with the labelled contracts.');
  const threads = Number(given.threads);
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads)
    throw new UsageError(`--threads is a number from 1 to ${mostThreads}.`);
  return {
    dataset,
    threads,
    flags: Object.fromEntries(flags.map((name) => [name, given[name] === true])),
    files: Object.fromEntries(files.flatMap((name) => (typeof given[name] === 'string' ? [[name, given[name]]] : []))),
  };
}

/** Runs a command: exit code 0 or what it returns, 1 when the dataset cannot be used, 2 on wrong usage. */
export async function runCommand(
  description: CommandDescription,
  run: (args: Arguments) => Promise<number>,
): Promise<number> {
  try {
    const args = parse(description, process.argv.slice(2));
    if (args !== 'help') return await run(args);
    process.stdout.write(description.usage);
    return 0;
  } catch (error) {
    if (error instanceof DatasetError) {
      process.stderr.write(`${error.message}\n`);
      return 1;
    }
    if (!(error instanceof UsageError || isParseError(error))) throw error;
    process.stderr.write(`${error.message}\n\n${description.usage}`);
    return 2;
  }
}

function isParseError(error: unknown): error is Error {
  return error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
}

/** Says on the error stream how far the work is, at most once a second and at its end. */
export class ProgressLine {
  readonly #what: string;
  #shownAt = 0;

  constructor(what: string) {
    this.#what = what;
  }

  show(done: number, all: number): void {
    if (done < all && performance.now() - this.#shownAt < 1000) return;
    this.#shownAt = performance.now();
    process.stderr.write(`${this.#what}: ${done} of ${all}\n`);
  }
}
