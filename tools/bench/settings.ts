import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run bench [-- OPTION...]

Brings up the system with 20,000 documents and as many analyses, and beside it two references over the same Redis and
PostgreSQL: a bare chain (Fastify, one unary call of gRPC, one GET of Redis, the bytes back) and a monolith (Fastify with
cache-aside, without gRPC, accounts or guarantees). Asks all three in turn, and prints throughput and latencies, and how
they compare within each round. Wants a machine that does nothing else, Linux, and wrk and redis-server on the PATH.

Options
  --rounds N        how often everything is measured; medians are printed (5)
  --seconds N       how long each measurement takes (3)
  --connections L   comma-separated numbers of connections (1,32)
  --scenarios L     comma-separated names of scenarios (all)
  --documents N     how many documents there are (20000)
  --out DIR         writes results.json, and chart.svg and table.md made from it, into DIR
  --help            shows this
`;

export interface Settings {
  rounds: number;
  seconds: number;
  connections: readonly number[];
  /** Undefined: all. */
  scenarios: readonly string[] | undefined;
  documents: number;
  /** Undefined: nothing is written. */
  out: string | undefined;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const options = parseOptions(args);
  if (options.help) return 'help';
  return {
    rounds: wholeNumber('rounds', options.rounds),
    seconds: wholeNumber('seconds', options.seconds),
    connections: options.connections.split(',').map((each) => wholeNumber('connections', each)),
    scenarios: options.scenarios?.split(','),
    documents: wholeNumber('documents', options.documents),
    out: options.out,
  };
}

function parseOptions(args: readonly string[]) {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        rounds: text('5'),
        seconds: text('3'),
        connections: text('1,32'),
        scenarios: { type: 'string' },
        documents: text('20000'),
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(option: string, value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new UsageError(`--${option}: ${value} is no whole number from 1`);
  return Number(value);
}
