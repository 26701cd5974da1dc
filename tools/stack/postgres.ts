import { startEmbeddedPostgres } from '@contract-reviewer/platform/embedded/embedded-postgres';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { provisionPostgres, type ServiceRole } from '@contract-reviewer/platform/embedded/provision';
import type { DataDirectory } from './data-directory.ts';
import { forEachName, type ServiceName, serviceNames } from './process-names.ts';
import type { Secrets } from './secrets.ts';
import type { StackSettings } from './settings.ts';
import { StartError } from './start-error.ts';
import { foreignStore, type Store } from './store.ts';
import { storeAccess } from './store-access.ts';
import { supervise } from './supervise.ts';

/** In a server of our own. */
export const DATABASE = 'contract_reviewer';
/** SQLSTATE */
const INVALID_PASSWORD = '28P01';

/** The planner knows nothing of a table that has grown from nothing until it is looked at, by default once a minute. */
const serverSettings = { autovacuum_naptime: '5s' };

type Postgres = Store<Record<ServiceName, string>>;
type Report = (line: string) => void;

/** The PostgreSQL that the settings name, or one of our own in the data directory. */
export async function openPostgres(
  { databaseUrls }: StackSettings,
  data: DataDirectory,
  secrets: Secrets,
  report: Report,
): Promise<Postgres> {
  if (databaseUrls !== undefined) return foreignStore('as set by DATABASE_URL', databaseUrls);
  report('Starting PostgreSQL');
  return await startPostgres(data, secrets, report);
}

/** Keeps a server running, with a role and schemas for each service. */
async function startPostgres(data: DataDirectory, secrets: Secrets, report: Report): Promise<Postgres> {
  // Chosen once: a server that is started again must be found where the services know it.
  const port = await freePort();
  const options = {
    directory: data.at('postgres'),
    password: secrets.postgres_superuser,
    port,
    settings: serverSettings,
  };
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await supervise('PostgreSQL', () => startEmbeddedPostgres(options), report));
  const roles = serviceNames.map((name) => ({
    ...storeAccess[name].postgres,
    password: secrets.postgres_roles[name],
  }));
  const urls = await provision(server.current().url, roles, data);
  const acquired = stack.move();
  return {
    description: `127.0.0.1:${port}, database ${DATABASE}`,
    urls: forEachName(serviceNames, (name) => urls[storeAccess[name].postgres.name] as string),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

async function provision(url: string, roles: readonly ServiceRole[], data: DataDirectory) {
  try {
    return await provisionPostgres(url, DATABASE, roles);
  } catch (cause) {
    if ((cause as { code?: string }).code !== INVALID_PASSWORD) throw cause;
    const message = `The database in ${data.at('postgres')} was made with another ${data.at('secrets.json')}: put that back`;
    throw new StartError(message, { cause });
  }
}
