import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run overload [-- OPTION...]

Brings up the system, finds out how many cached reads, and how many uploads with their reviews, it can do each second, and
then offers it three times the reads, and ten times the reviews. Without rate limits, for it is one user who asks.
Exit code 0: at least 80 % of the peak was done, refusals took less than 50 ms (99th percentile), memory did not go on
growing, and full speed was back within 5 s. 1: not so. 2: wrong usage.

Options
  --seconds N       how long each overload lasts (60)
  --peak-seconds N  how long each peak is measured (15)
  --reads N         how many times the peak of reads is offered (3)
  --reviews N       how many times the peak of reviews is offered (10)
  --connections N   on so many connections (1000)
  --only WHAT       reads or reviews (both)
  --json            prints the result as JSON
  --publish         writes the figures into docs/overload.md
  --help            shows this
`;

export const loads = ['reads', 'reviews'] as const;
export type LoadName = (typeof loads)[number];

export interface Settings {
  seconds: number;
  peakSeconds: number;
  /** How many times the peak is offered. */
  times: Record<LoadName, number>;
  connections: number;
  only: readonly LoadName[];
  json: boolean;
  publish: boolean;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const options = parseOptions(args);
  if (options.help) return 'help';
  const { only } = options;
  const chosen = loads.filter((name) => only === undefined || only === name);
  if (chosen.length === 0) throw new UsageError(`--only: ${only} is neither reads nor reviews`);
  return {
    seconds: wholeNumber('seconds', options.seconds),
    peakSeconds: wholeNumber('peak-seconds', options['peak-seconds']),
    times: { reads: wholeNumber('reads', options.reads), reviews: wholeNumber('reviews', options.reviews) },
    connections: wholeNumber('connections', options.connections),
    only: chosen,
    json: options.json,
    publish: options.publish,
  };
}

function parseOptions(args: readonly string[]) {
  const number = (value: number) => ({ type: 'string', default: String(value) }) as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: number(60),
        'peak-seconds': number(15),
        reads: number(3),
        reviews: number(10),
        connections: number(1000),
        only: { type: 'string' },
        json: flag,
        publish: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(option: string, value: string): number {
  if (!/^[1-9]\d{0,4}$/.test(value)) throw new UsageError(`--${option}: ${value} is no whole number from 1`);
  return Number(value);
}
