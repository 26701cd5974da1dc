import { join } from 'node:path';
import { ConfigError } from '@contract-reviewer/platform/config';
import { findRedisProgram } from '@contract-reviewer/platform/embedded/redis-program';
import { processNames, serviceNames } from '../stack/process-names.ts';
import { checkRuleset } from '../stack/ruleset.ts';
import { readSettings, type StackSettings } from '../stack/settings.ts';
import { StartError } from '../stack/start-error.ts';
import { checkDataDirectory } from './checks/data-directory.ts';
import { checkModelServer } from './checks/model-server.ts';
import { checkPostgres } from './checks/postgres.ts';
import { checkRedis } from './checks/redis.ts';
import { checkRunningSystem } from './checks/running-system.ts';
import { checkRuntime } from './checks/runtime.ts';
import { type Finding, fault, ok, warning } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

/** Looks at everything that `npm start` needs with these settings; changes nothing. */
export async function examine(surroundings: Surroundings): Promise<Finding[]> {
  const runtime = await checkRuntime(surroundings);
  const settings = settingsOf(surroundings.env);
  if (Array.isArray(settings)) return [...runtime, ...settings];
  const checks = await Promise.all([
    checkDataDirectory(settings.dataDirectory),
    checkRunningSystem(settings),
    checkStores(settings, surroundings),
    rulesetFindings(settings),
    checkModelServer(surroundings.env),
  ]);
  return [...runtime, ok('settings', 'All settings can be used.'), ...checks.flat()];
}

function settingsOf(env: NodeJS.ProcessEnv): StackSettings | Finding[] {
  try {
    return readSettings([], env) as StackSettings;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, ...lines] = error.message.split('\n');
    return lines.map((line) => fault('settings', `${line.trim()}.`, 'See "npm start -- --help" for what each may be.'));
  }
}

async function checkStores(settings: StackSettings, { env, repository, now }: Surroundings): Promise<Finding[]> {
  const { databaseUrls, redisUrls } = settings;
  const postgres =
    databaseUrls === undefined
      ? [[ok('postgresql', 'npm start runs its own.')]]
      : await Promise.all(
          serviceNames.map((service) => {
            const migrations = join(repository, 'services', service, 'migrations');
            return checkPostgres({ service, url: databaseUrls[service], migrations, now });
          }),
        );
  const redis =
    redisUrls === undefined
      ? [[await redisProgramFinding(env.PATH ?? '')]]
      : await Promise.all(processNames.map((process) => checkRedis({ process, url: redisUrls[process], now })));
  return [...postgres, ...redis].flat();
}

async function redisProgramFinding(searchPath: string): Promise<Finding> {
  const lookup = await findRedisProgram(searchPath);
  if (lookup.found) return ok('redis', `npm start runs ${lookup.program.path} ${lookup.program.version}.`);
  return warning(
    'redis',
    `There is no Redis: ${lookup.reason}. Everything is served from PostgreSQL, more slowly.`,
    'Install redis-server 7 or later, or run "npm start -- --install-redis".',
  );
}

async function rulesetFindings(settings: StackSettings): Promise<Finding[]> {
  try {
    await checkRuleset(settings, AbortSignal.timeout(30_000));
    return [];
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [fault('ruleset', error.message, 'Correct the file; docs/ruleset.md has the format.')];
  }
}
