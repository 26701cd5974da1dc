import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run endurance [-- OPTION...]

Makes a great number of calls over one gRPC channel, whose connection is renewed every 5 s, and tells how many failed or
were stuck, and by how much the memory of client and server has grown after the first fifth of them.
Exit code 0: none failed, and the memory stayed below the limit. 1: not so. 2: wrong usage.

Options
  --calls N     how many calls (1000000)
  --growth N    by how many percent memory may grow (10)
  --help        shows this
`;

export interface Settings {
  calls: number;
  growthPercent: number;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const { calls, growth, help } = parseOptions(args);
  if (help) return 'help';
  return { calls: wholeNumber('calls', calls), growthPercent: wholeNumber('growth', growth) };
}

function parseOptions(args: readonly string[]) {
  const number = (value: number) => ({ type: 'string', default: String(value) }) as const;
  try {
    return parseArgs({
      args: [...args],
      options: { calls: number(1_000_000), growth: number(10), help: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(option: string, value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new UsageError(`--${option}: ${value} is no whole number from 1`);
  return Number(value);
}
