import { parseArgs } from 'node:util';
import { accessUsage, gatewayUrlFrom, UsageError } from '../gateway/gateway-access.ts';

export const usage = `Usage: npm run load -- [OPTION...]

Fills a running system with generated contracts, through its API. Each number has its own contract, and always the same.

Options
  --documents N    how many (1000)
  --from N         the number of the first (0)
  --analyze        have each reviewed, and wait for it
  --concurrency N  requests at a time (8)
  --help           show this

${accessUsage}
Exit codes
  0  done
  2  wrong usage
  3  the system cannot be reached, or refuses
`;

export interface LoadSettings {
  documents: number;
  from: number;
  analyze: boolean;
  concurrency: number;
  url: URL;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function settingsFrom(args: readonly string[], env: NodeJS.ProcessEnv): LoadSettings | 'help' {
  const { documents, from, analyze, concurrency, help } = parse(args);
  if (help) return 'help';
  return {
    documents: wholeNumber('documents', documents, 1),
    from: wholeNumber('from', from, 0),
    analyze,
    concurrency: wholeNumber('concurrency', concurrency, 1),
    url: gatewayUrlFrom(env),
  };
}

function parse(args: readonly string[]) {
  const number = (value: number) => ({ type: 'string', default: String(value) }) as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { documents: number(1000), from: number(0), analyze: flag, concurrency: number(8), help: flag },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(option: string, value: string, least: number): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) < least) {
    throw new UsageError(`--${option}: ${value} is no whole number from ${least}`);
  }
  return Number(value);
}
