import { parseArgs } from 'node:util';
import { UsageError } from '../gateway/gateway-access.ts';
import type { Version1DataOptions } from './version1-data.ts';

export const usage = `Usage: npm run version1-data -- [OPTION...]

Writes made-up data of version 1 into the Redis at V1_REDIS_URL, to try the migration with. Of each hundred analyses one
does not fit and one expires within minutes. Nothing that is there is removed.

Options
  --analyses N  how many analyses (1000); a document has four
  --seed N      the same seed brings the same data (1)
  --owner ID    the user who owns every other document (the rest has no owner)
  --help        show this
`;

export interface Version1DataSettings extends Version1DataOptions {
  redisUrl: string;
}

const maxAnalyses = 10_000_000;
const nearExpiryMs = { from: 60_000, to: 600_000 };
const nobody = '00000000-0000-4000-8000-000000000000';

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function settingsFrom(args: string[], env: NodeJS.ProcessEnv): Version1DataSettings | 'help' {
  const { help, analyses, seed, owner } = parse(args);
  if (help) return 'help';
  if (!env.V1_REDIS_URL) throw new UsageError('V1_REDIS_URL is not set: it names the Redis to write to.');
  return {
    redisUrl: env.V1_REDIS_URL,
    analyses: wholeNumber('--analyses', analyses),
    seed: wholeNumber('--seed', seed),
    ownerId: owner,
    nearExpiryMs,
  };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        analyses: { type: 'string', default: '1000' },
        seed: { type: 'string', default: '1' },
        owner: { type: 'string', default: nobody },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > maxAnalyses) {
    throw new UsageError(`${option} must be a whole number up to ${maxAnalyses}: ${text}`);
  }
  return number;
}
