import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run fuzz [-- OPTION...]

Starts two of each process over real stores and sends them well-formed, nearly well-formed and hostile requests to every
REST route and every RPC, as the OpenAPI document and the proto descriptors list them.
Exit code 0: no forbidden outcome. 1: there was one, or the system did not start. 2: wrong usage.

Options
  --requests N   how many requests to send, at least (20000)
  --seed N       sends the same requests again, but for ids, which are the system's (random)
  --only SIDE    rest or grpc (both)
  --target TEXT  only routes and RPCs whose name has that text, such as "GET /api/documents"
  --json         prints the result as JSON
  --publish      also writes the figures into docs/fuzzing.md
  --help         shows this
`;

const sides = ['rest', 'grpc'] as const;
export type Side = (typeof sides)[number];

export interface Settings {
  requests: number;
  seed: number;
  only: Side | undefined;
  /** Part of the name of the routes and RPCs that are wanted; all when empty. */
  target: string;
  json: boolean;
  publish: boolean;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const { help, requests, seed, only, ...others } = parseOptions(args);
  if (help) return 'help';
  if (only !== undefined && !isSide(only)) throw new UsageError(`--only: ${only} is neither rest nor grpc`);
  return {
    requests: wholeNumber('requests', requests),
    seed: seed === undefined ? Math.floor(Math.random() * 2 ** 31) : wholeNumber('seed', seed),
    only,
    ...others,
  };
}

function parseOptions(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        requests: { type: 'string', default: '20000' },
        seed: text,
        only: text,
        target: { type: 'string', default: '' },
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
  if (!/^\d{1,10}$/.test(value)) throw new UsageError(`--${option}: ${value} is no whole number`);
  return Number(value);
}

function isSide(name: string): name is Side {
  return sides.some((side) => side === name);
}
