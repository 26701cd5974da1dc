import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';

export const usage = `Usage: npm run rolling-restart [-- OPTION...]

Runs two of each process over real stores, reads and writes through both gateways at a steady rate, restarts each process
in an orderly way (SIGTERM), one after the other, and tells what the clients noticed. A load balancer of its own sends
nobody to a gateway whose /readyz fails.
Exit code 0: no request failed. 1: some did, or nothing could be started. 2: wrong usage.

Options
  --rate N   requests a second, of which each twentieth writes (60)
  --each N   how many replicas of each process are restarted, 1 or 2 (2)
  --kill     ends the processes with SIGKILL instead; what was under way there fails
  --json     prints the result as JSON
  --help     shows this
`;

export interface Settings {
  rate: number;
  each: number;
  signal: 'SIGTERM' | 'SIGKILL';
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
    rate: wholeNumber('rate', options.rate, 1000),
    each: wholeNumber('each', options.each, 2),
    signal: options.kill ? 'SIGKILL' : 'SIGTERM',
    json: options.json,
  };
}

function parseOptions(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const number = (value: number) => ({ type: 'string', default: String(value) }) as const;
  try {
    return parseArgs({
      args: [...args],
      options: { rate: number(60), each: number(2), kill: flag, json: flag, help: flag },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(option: string, value: string, most: number): number {
  if (!/^[1-9]\d{0,3}$/.test(value) || Number(value) > most) {
    throw new UsageError(`--${option}: ${value} is no whole number from 1 to ${most}`);
  }
  return Number(value);
}
