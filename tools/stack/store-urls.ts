import { postgresUrl, redisUrl } from '@contract-reviewer/platform/config';
import { forEachName, type ProcessName } from './process-names.ts';

/** Settings that name PostgreSQL servers of the user's own: one for all, or one for each service. */
export const databaseUrlSettings = {
  /** A PostgreSQL server to use instead of starting one. */
  DATABASE_URL: postgresUrl.optional(),
  /** One for the document service alone. */
  DOCUMENT_DATABASE_URL: postgresUrl.optional(),
  /** One for the analysis service alone. */
  ANALYSIS_DATABASE_URL: postgresUrl.optional(),
  /** One for the session service alone. */
  SESSION_DATABASE_URL: postgresUrl.optional(),
};

/** The same for Redis, which the gateway uses too. */
export const redisUrlSettings = {
  /** A Redis server to use instead of starting one. */
  REDIS_URL: redisUrl.optional(),
  /** One for the document service alone. */
  DOCUMENT_REDIS_URL: redisUrl.optional(),
  /** One for the analysis service alone. */
  ANALYSIS_REDIS_URL: redisUrl.optional(),
  /** One for the session service alone. */
  SESSION_REDIS_URL: redisUrl.optional(),
  /** One for the gateway alone. */
  GATEWAY_REDIS_URL: redisUrl.optional(),
};

/**
 * The URL that each process uses: its own, or the one for all. Undefined when none is set.
 *
 * Adds to `problems` when some processes have one and others do not.
 */
export function storeUrls<Name extends ProcessName>(
  config: Readonly<Record<string, unknown>>,
  names: readonly Name[],
  setting: 'DATABASE_URL' | 'REDIS_URL',
  problems: string[],
): Record<Name, string> | undefined {
  const own = (name: Name) => `${name.toUpperCase()}_${setting}`;
  const urls = forEachName(names, (name) => config[own(name)] ?? config[setting]);
  const missing = names.filter((name) => urls[name] === undefined);
  if (missing.length === names.length) return undefined;
  problems.push(...missing.map((name) => `${own(name)}: is required where others are set`));
  return urls as Record<Name, string>;
}
