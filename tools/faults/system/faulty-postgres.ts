import { type EmbeddedPostgres, startEmbeddedPostgres } from '@contract-reviewer/platform/embedded/embedded-postgres';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { provisionPostgres } from '@contract-reviewer/platform/embedded/provision';
import { forEachName, type ServiceName, serviceNames } from '../../stack/process-names.ts';
import type { Secrets } from '../../stack/secrets.ts';
import { storeAccess } from '../../stack/store-access.ts';
import { Restartable } from './restartable.ts';

const DATABASE = 'contract_reviewer';
/** The machine does not lose power here, so what the server has written survives its processes without fsync. */
const SETTINGS = { fsync: 'off', max_connections: '300', shared_buffers: '64MB' };

/** The system's PostgreSQL, which the run restarts. */
export interface FaultyPostgres extends AsyncDisposable {
  readonly server: Restartable<EmbeddedPostgres>;
  readonly urls: Record<ServiceName, string>;
}

export async function startFaultyPostgres(directory: string, secrets: Secrets): Promise<FaultyPostgres> {
  const port = await freePort();
  const options = { directory, password: secrets.postgres_superuser, port, settings: SETTINGS };
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await Restartable.start('postgresql', () => startEmbeddedPostgres(options)));
  const roles = serviceNames.map((name) => ({ ...storeAccess[name].postgres, password: secrets.postgres_roles[name] }));
  const urls = await provisionPostgres(server.current.url, DATABASE, roles);
  const acquired = stack.move();
  return {
    server,
    urls: forEachName(serviceNames, (name) => urls[storeAccess[name].postgres.name] as string),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}
