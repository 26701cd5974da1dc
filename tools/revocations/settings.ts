import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run revocations [-- OPTION...]

Runs two of each process over real stores. Again and again a session is used through both gateways and directly at every
replica of every service while it, its user's password or account, or a grant that it lives on, is taken away. Counts what
was accepted that was sent after the taking away had been acknowledged. Redis is up, down, or comes back with old data.
Exit code 0: nothing was accepted. 1: something was, or the system could not be started. 2: wrong usage.

Options
  --trials N       how many (500)
  --rate N         requests a second with each session (100)
  --at-once N      trials at the same time (3)
  --redis LIST     comma-separated: up, down, old (up,down,old)
  --without-wait   leaves out the wait before acknowledgements, to show that this would be noticed
  --json           prints the result as JSON
  --help           shows this
`;

export const redisStates = ['up', 'down', 'old'] as const;
export type RedisState = (typeof redisStates)[number];

export interface Settings {
  trials: number;
  /** Requests a second. */
  rate: number;
  atOnce: number;
  redis: readonly RedisState[];
  withoutWait: boolean;
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
    trials: wholeNumber('trials', options.trials),
    rate: wholeNumber('rate', options.rate),
    atOnce: wholeNumber('at-once', options['at-once']),
    redis: options.redis.split(',').map(redisState),
    withoutWait: options['without-wait'],
    json: options.json,
  };
}

function parseOptions(args: readonly string[]) {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        trials: text('500'),
        rate: text('100'),
        'at-once': text('3'),
        redis: text('up,down,old'),
        'without-wait': flag,
        json: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function redisState(name: string): RedisState {
  const found = redisStates.find((state) => state === name);
  if (!found) throw new UsageError(`--redis: ${name} is none of ${redisStates.join(', ')}`);
  return found;
}

function wholeNumber(option: string, value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new UsageError(`--${option}: ${value} is no whole number from 1`);
  return Number(value);
}
