import { parseArgs } from 'node:util';
import { UsageError } from '../stack/settings.ts';
import { type Mechanism, mechanisms } from './mechanisms.ts';

export const usage = `Usage: npm run faults [-- OPTION...]

Runs two of each process over real stores, breaks them again and again under load, and judges what the clients were told.
Exit code 0: nothing was lost, stale or accepted after its revocation. 1: something was. 2: wrong usage.

Options
  --operations N        until N operations, at least, were answered
  --faults N            until N faults, at least, came
  --seconds N           for N seconds, at least
                        without any of them: until 300000 operations were answered and 100 faults of at least 8 kinds came
  --seed N              brings the same choices again, if not the same timing (random)
  --without MECHANISM   switches a mechanism of the product off from outside; the run has to find out:
${Object.entries(mechanisms)
  .map(([name, { title }]) => `                        ${name.padEnd(12)} ${title}`)
  .join('\n')}
  --until-found         no longer than until something stale was seen
  --json                prints the result as JSON
  --help                shows this
`;

export interface Settings {
  /** What has to have happened before the run ends. */
  goal: { operations: number; faults: number; kinds: number; seconds: number };
  seed: number;
  without: Mechanism | undefined;
  /** The run ends early when something stale was seen. */
  untilFound: boolean;
  json: boolean;
}

const longForm = { operations: 300_000, faults: 100, kinds: 8, seconds: 0 };
const nothing = { operations: 0, faults: 0, kinds: 0, seconds: 0 };

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const options = parseOptions(args);
  if (options.help) return 'help';
  const { operations, faults, seconds, seed, without } = options;
  if (without !== undefined && !isMechanism(without)) {
    throw new UsageError(`--without: no mechanism ${without}; there are ${Object.keys(mechanisms).join(', ')}`);
  }
  const isLongForm = operations === undefined && faults === undefined && seconds === undefined;
  return {
    goal: isLongForm
      ? longForm
      : {
          ...nothing,
          ...(operations !== undefined && { operations: wholeNumber('operations', operations) }),
          ...(faults !== undefined && { faults: wholeNumber('faults', faults) }),
          ...(seconds !== undefined && { seconds: wholeNumber('seconds', seconds) }),
        },
    seed: seed === undefined ? Math.floor(Math.random() * 2 ** 31) : wholeNumber('seed', seed),
    without,
    untilFound: options['until-found'],
    json: options.json,
  };
}

function parseOptions(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        operations: text,
        faults: text,
        seconds: text,
        seed: text,
        without: text,
        'until-found': flag,
        json: flag,
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

function isMechanism(name: string): name is Mechanism {
  return Object.hasOwn(mechanisms, name);
}
