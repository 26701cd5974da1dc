import { writeFile } from 'node:fs/promises';
import { readConfig } from '@contract-reviewer/platform/config';
import { aclFile } from '@contract-reviewer/platform/embedded/redis-acl';
import { z } from 'zod';
import { storeAccess } from '../stack/store-access.ts';

/** Writes the ACL file that Redis starts with: the users survive its restarts, and passwords are in it as hashes only. */
const settings = readConfig(
  z.object({
    REDIS_ACL_FILE: z.string(),
    REDIS_ADMIN_PASSWORD: z.string(),
    DOCUMENT_REDIS_PASSWORD: z.string(),
    ANALYSIS_REDIS_PASSWORD: z.string(),
    SESSION_REDIS_PASSWORD: z.string(),
    GATEWAY_REDIS_PASSWORD: z.string(),
  }),
  process.env,
);

const users = [
  { ...storeAccess.document.redis, password: settings.DOCUMENT_REDIS_PASSWORD },
  { ...storeAccess.analysis.redis, password: settings.ANALYSIS_REDIS_PASSWORD },
  { ...storeAccess.session.redis, password: settings.SESSION_REDIS_PASSWORD },
  { ...storeAccess.gateway.redis, password: settings.GATEWAY_REDIS_PASSWORD },
];

// Readable for all, because Redis runs as another user in its container.
await writeFile(settings.REDIS_ACL_FILE, aclFile(users, settings.REDIS_ADMIN_PASSWORD), { mode: 0o644 });
console.log(`${settings.REDIS_ACL_FILE} has the users ${users.map(({ name }) => name).join(', ')}`);
