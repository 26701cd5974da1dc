import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@contract-reviewer/platform/embedded/embedded-postgres';
import { provisionPostgres, urlOf } from '@contract-reviewer/platform/embedded/provision';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { Client } from 'pg';
import { serviceNames } from '../../stack/process-names.ts';
import { storeAccess } from '../../stack/store-access.ts';

/** A PostgreSQL server that a system uses, and a connection past it for what a test must see or break. */
export interface OwnPostgres extends AsyncDisposable {
  /** The settings by which a system is told to use it. */
  environment: Record<string, string>;
  /** As superuser. */
  admin: Client;
}

const database = 'contract_reviewer';

export async function startOwnPostgres(): Promise<OwnPostgres> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory());
  const server = stack.use(
    await startEmbeddedPostgres({
      directory: join(directory.path, 'postgres'),
      password: randomPassword(),
      // The machine does not lose power here.
      settings: { fsync: 'off', max_connections: '200' },
    }),
  );
  const roles = serviceNames.map((name) => ({ ...storeAccess[name].postgres, password: randomPassword() }));
  const urls = await provisionPostgres(server.url, database, roles);
  const admin = new Client({ connectionString: urlOf(server.url, { database }) });
  await admin.connect();
  stack.defer(() => admin.end());
  const acquired = stack.move();
  return {
    environment: Object.fromEntries(
      serviceNames.map((name) => [
        `${name.toUpperCase()}_DATABASE_URL`,
        urls[storeAccess[name].postgres.name] as string,
      ]),
    ),
    admin,
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
