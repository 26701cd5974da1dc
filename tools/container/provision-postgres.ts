import { postgresUrl, readConfig } from '@contract-reviewer/platform/config';
import { provisionPostgres } from '@contract-reviewer/platform/embedded/provision';
import { z } from 'zod';
import { storeAccess } from '../stack/store-access.ts';

/**
 * Creates the database and each service's role with its schemas. A program and not a script in the image's
 * `docker-entrypoint-initdb.d`, because those run on an empty volume only: a changed password or a new service would
 * never arrive.
 */
const settings = readConfig(
  z.object({
    POSTGRES_ADMIN_URL: postgresUrl,
    POSTGRES_DATABASE: z.string(),
    DOCUMENT_POSTGRES_PASSWORD: z.string(),
    ANALYSIS_POSTGRES_PASSWORD: z.string(),
    SESSION_POSTGRES_PASSWORD: z.string(),
  }),
  process.env,
);

const roles = [
  { ...storeAccess.document.postgres, password: settings.DOCUMENT_POSTGRES_PASSWORD },
  { ...storeAccess.analysis.postgres, password: settings.ANALYSIS_POSTGRES_PASSWORD },
  { ...storeAccess.session.postgres, password: settings.SESSION_POSTGRES_PASSWORD },
];

await provisionPostgres(settings.POSTGRES_ADMIN_URL, settings.POSTGRES_DATABASE, roles);
console.log(`${settings.POSTGRES_DATABASE} has the roles ${roles.map(({ name }) => name).join(', ')}`);
