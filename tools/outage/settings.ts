import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run outage [-- OPTION...]

Runs two of each process over real stores, reads through both gateways at a steady rate, stops Redis (SIGSTOP) and lets it
go on, and tells what readers noticed.
Exit code 0: no read failed, the 99th percentile stayed below the limit, and full speed was back within 5 s. 1: not so.
2: wrong usage.

Options
  --seconds N   how long Redis hangs (30)
  --rate N      reads a second (200)
  --limit-ms N  the limit of the 99th percentile while it hangs (300)
  --json        prints the result as JSON
  --help        shows this
`;

export interface Settings {
  seconds: number;
  rate: number;
  limitMs: number;
  json: boolean;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const options = parseOptions(args);
  if (options.help) return 'help';
  return {
    seconds: wholeNumber('seconds', options.seconds),
    rate: wholeNumber('rate', options.rate),
    limitMs: wholeNumber('limit-ms', options['limit-ms']),
    json: options.json,
  };
}

function parseOptions(args: readonly string[]) {
  const number = (value: number) => ({ type: 'string', default: String(value) }) as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { seconds: number(30), rate: number(200), 'limit-ms': number(300), json: flag, help: flag },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(option: string, value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new UsageError(`--${option}: ${value} is no whole number from 1`);
  return Number(value);
}
