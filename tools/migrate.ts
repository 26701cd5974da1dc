import { parseArgs } from 'node:util';
import { ConfigError, logLevel, readConfig } from '@contract-reviewer/platform/config';
import { z } from 'zod';
import { runMigrations } from './stack/migrations.ts';
import { serviceNames } from './stack/process-names.ts';
import { StartError } from './stack/start-error.ts';
import { databaseUrlSettings, storeUrls } from './stack/store-urls.ts';

const usage = `Usage: npm run migrate

Brings the schemas of the three services up to date in PostgreSQL servers of your own. \`npm start\` does it by itself.

Settings, as environment variables
  DATABASE_URL    the PostgreSQL server; or, to give each service a role of its own,
                  DOCUMENT_DATABASE_URL, ANALYSIS_DATABASE_URL and SESSION_DATABASE_URL
  LOG_LEVEL       fatal, error, warn, info, debug or trace (info)

Exits with 0 when everything is up to date, 1 when a migration failed, 2 on wrong usage.
`;

const schema = z.object({ ...databaseUrlSettings, LOG_LEVEL: logLevel });

async function migrate(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(schema, env);
  const problems: string[] = [];
  const databaseUrls = storeUrls(config, serviceNames, 'DATABASE_URL', problems);
  if (databaseUrls === undefined) throw new ConfigError('DATABASE_URL: is required');
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  await runMigrations({ databaseUrls, logLevel: config.LOG_LEVEL });
}

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
    if (values.help === true) {
      console.log(usage);
      return 0;
    }
    await migrate(process.env);
    console.log('All schemas are up to date.');
    return 0;
  } catch (error) {
    if (error instanceof StartError) {
      console.error(error.message);
      return 1;
    }
    if (!(error instanceof ConfigError || error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
}

process.exitCode = await main();
