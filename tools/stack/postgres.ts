import { startEmbeddedPostgres } from '@contract-reviewer/platform/embedded/embedded-postgres';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { provisionPostgres } from '@contract-reviewer/platform/embedded/provision';
import type { DataDirectory } from './data-directory.ts';
import { forEachName, type ServiceName, serviceNames } from './process-names.ts';
import type { Secrets } from './secrets.ts';
import type { StackSettings } from './settings.ts';
import { foreignStore, type Store } from './store.ts';
import { storeAccess } from './store-access.ts';
import { supervise } from './supervise.ts';

const DATABASE = 'contract_reviewer';

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
  const options = { directory: data.at('postgres'), password: secrets.postgres_superuser, port };
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await supervise('PostgreSQL', () => startEmbeddedPostgres(options), report));
  const roles = serviceNames.map((name) => ({
    ...storeAccess[name].postgres,
    password: secrets.postgres_roles[name],
  }));
  const urls = await provisionPostgres(server.current().url, DATABASE, roles);
  const acquired = stack.move();
  return {
    description: `127.0.0.1:${port}, database ${DATABASE}`,
    urls: forEachName(serviceNames, (name) => urls[storeAccess[name].postgres.name] as string),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}
