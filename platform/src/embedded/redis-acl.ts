import { createHash } from 'node:crypto';

/** A Redis user that may touch its own keys and channels and nothing else. */
export interface RedisUser {
  name: string;
  password: string;
  /** Glob patterns of the keys it may read and write, together with their sidecars, such as `{key}:lease`. */
  keys: readonly string[];
  /** Glob patterns of the channels it may publish and subscribe to. */
  channels: readonly string[];
}

/** The user that operators and tests use; it may do everything. */
export const ADMIN_USER = 'admin';

/**
 * What a cache needs: data, expiry, Lua, transactions, SCAN, pub/sub, CLIENT TRACKING, INFO (it carries the run id).
 *
 * `@dangerous` has FLUSHALL, FLUSHDB, KEYS, CLIENT KILL and their like, `@admin` CONFIG, ACL, SHUTDOWN and replication.
 * Functions and the script cache are shared by all users, so nobody may change them.
 */
const CACHE_COMMANDS = '+@all -@admin -@dangerous -function -script|flush -script|kill +info';

/** The text of an ACL file with these users and an administrator; passwords appear only as SHA-256. */
export function aclFile(users: readonly RedisUser[], adminPassword: string): string {
  const lines = [
    'user default off resetpass resetkeys resetchannels -@all',
    `user ${ADMIN_USER} on #${sha256(adminPassword)} ~* &* +@all`,
    ...users.map(({ name, password, keys, channels }) => {
      const patterns = [...keys.flatMap((key) => [`~${key}`, `~{${key}`]), ...channels.map((channel) => `&${channel}`)];
      return `user ${name} on #${sha256(password)} resetkeys resetchannels ${patterns.join(' ')} ${CACHE_COMMANDS}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
