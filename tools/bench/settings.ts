import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run bench [-- OPTION...]

Brings up the system with 20,000 documents and as many analyses, and beside it two references over the same Redis and
PostgreSQL: a bare chain (Fastify, one unary call of gRPC, Redis) and a monolith (Fastify and the same cache-aside in one
process), both without accounts or guarantees. Asks all of them in turn, and prints throughput and latencies, and how they
compare within each round. Wants a machine that does nothing else, Linux, and wrk and redis-server on the PATH.

Scenarios
  document hit, analysis hit, list hit, session check
                    caches are full; the bare chain answers what Redis has (one GET)
  analysis miss, list miss
                    caches are empty; the references read PostgreSQL and write to Redis, too, lists by OFFSET and
                    count(*); the pages asked for are among the first 1,000 documents. "Bare hit" is the bare
                    chain that answers the same from Redis, here and for writes
  session create    POST /api/sessions of 128 users, who have fewer sessions than the 200 at which each further one ends
                    another; the references insert a row and write it to Redis
  review+save       POST /api/analyze/{id}?wait=60 with force, of 128 users: a review can only be saved by doing it, so
                    this is the job, the reading and the review of a short contract, too. The references only insert
                    a review of 9 KB and write it to Redis
  upload+review     POST /api/upload of a short contract that is new, and POST /api/analyze/{id}?wait=60: one answer,
                    timed from the beginning of the first to the end of the second. None of the references does that

CPU is of the processes that were asked, without the stores, until they have come to rest again: what is done after an
answer, such as the audit log, counts.

Options
  --rounds N        how often everything is measured; medians are printed (5)
  --seconds N       how long each measurement takes (3); those with reviews at least 10
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
