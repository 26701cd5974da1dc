import { randomUUID } from 'node:crypto';
import { provisionPostgres, urlOf } from '@contract-reviewer/platform/embedded/provision';
import { withClient } from '@contract-reviewer/platform/embedded/with-client';
import { passwordOf } from '@contract-reviewer/platform/testing/test-database';
import { inject } from 'vitest';
import { serviceNames } from '../../stack/process-names.ts';
import { storeAccess } from '../../stack/store-access.ts';

/** A database of its own for a system, on the run's server: it is there at once, and goes when it is disposed of. */
export interface SystemDatabase extends AsyncDisposable {
  /** The settings by which a system is told to use it. */
  environment: Record<string, string>;
  /** Connects as superuser, for what a test must see or break from outside. */
  adminUrl: string;
}

export async function createSystemDatabase(): Promise<SystemDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `system_${randomUUID().replaceAll('-', '')}`;
  const roles = serviceNames.map((service) => {
    const role = storeAccess[service].postgres;
    return { ...role, password: passwordOf(serverUrl, role.name) };
  });
  const urls = await provisionPostgres(serverUrl, name, roles);
  return {
    environment: Object.fromEntries(
      serviceNames.map((service) => [
        `${service.toUpperCase()}_DATABASE_URL`,
        urls[storeAccess[service].postgres.name] as string,
      ]),
    ),
    adminUrl: urlOf(serverUrl, { database: name }),
    [Symbol.asyncDispose]: async () => {
      await withClient(serverUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}
