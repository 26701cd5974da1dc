import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { ProcessName } from '../../stack/process-names.ts';
import { storeAccess } from '../../stack/store-access.ts';
import { type Finding, ok, warning } from '../finding.ts';
import { skewFinding } from './clock.ts';

const timeoutMs = 3000;
const oldestMajorVersion = 7;

export interface RedisCheck {
  process: ProcessName;
  url: string;
  now: () => number;
}

/** The Redis server of one process, as its user sees it. Without Redis everything works, so nothing here is a fault. */
export async function checkRedis({ process, url, now }: RedisCheck): Promise<Finding[]> {
  const subject = `redis ${process}`;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let connectionError: Error | undefined;
  redis.on('error', (error: Error) => {
    connectionError ??= error;
  });
  try {
    await redis.connect();
    const info = new Map((await redis.info()).split('\r\n').map((line) => line.split(':') as [string, string]));
    const server = [...(await checkClock(redis, subject, now)), ...checkServer(subject, info)];
    // A server that takes no writes says so before it looks at whose key it is.
    if (server.some(({ level }) => level === 'warning')) return server;
    return [...server, ...(await checkKeys(redis, subject, process))];
  } catch (error) {
    return [unusable(subject, url, connectionError ?? (error as Error))];
  } finally {
    redis.disconnect();
  }
}

function unusable(subject: string, url: string, { message }: Error): Finding {
  const { host, username } = new URL(url);
  // Redis has no codes of its own: the first word of an error is what it documents.
  const [kind] = message.split(' ');
  if (kind === 'WRONGPASS' || kind === 'NOAUTH') {
    return warning(
      subject,
      `${host} does not let ${username || 'us'} in.`,
      'Correct the user and the password in the REDIS_URL.',
    );
  }
  if (kind === 'NOPERM') {
    return warning(
      subject,
      `${username} may not run the commands of a cache.`,
      'Give it what tools/container/provision-redis.ts gives.',
    );
  }
  return warning(
    subject,
    `${host} cannot be reached or does not answer (${message}). Everything is served from PostgreSQL, more slowly.`,
    'Start Redis, or correct the REDIS_URL.',
  );
}

function checkServer(subject: string, info: ReadonlyMap<string, string>): Finding[] {
  const findings: Finding[] = [];
  const version = info.get('valkey_version') ?? info.get('redis_version') ?? 'unknown';
  if (Number.parseInt(version, 10) < oldestMajorVersion) {
    findings.push(warning(subject, `This is Redis ${version}.`, `Use version ${oldestMajorVersion} or later.`));
  }
  if (info.get('role') !== 'master') {
    findings.push(warning(subject, 'This is a replica, which is never used.', 'Name the primary in the REDIS_URL.'));
  }
  const limit = Number(info.get('maxmemory') ?? 0);
  const used = Number(info.get('used_memory') ?? 0);
  if (limit > 0 && info.get('maxmemory_policy') === 'noeviction') {
    const isFull = used >= limit;
    findings.push(
      warning(
        subject,
        `It evicts nothing, and ${isFull ? 'is full' : `has used ${Math.round((100 * used) / limit)} % of its memory`}.`,
        'Set maxmemory-policy to allkeys-lru: a full cache that forgets nothing takes nothing new.',
      ),
    );
  }
  return findings.length > 0 ? findings : [ok(subject, `Redis ${version}.`)];
}

async function checkClock(redis: Redis, subject: string, now: () => number): Promise<Finding[]> {
  const askedAt = now();
  const [seconds, microseconds] = (await redis.time()) as [number, number];
  const serverAt = Number(seconds) * 1000 + Number(microseconds) / 1000;
  const finding = skewFinding(subject, serverAt, askedAt, now());
  return finding.level === 'ok' ? [] : [finding];
}

/** Whether the user may touch its own keys, and only those. */
async function checkKeys(redis: Redis, subject: string, process: ProcessName): Promise<Finding[]> {
  const probe = (pattern: string) => pattern.replace('*', `doctor-${randomUUID()}`);
  const may = async (key: string) => {
    try {
      await redis.set(key, '', 'PX', 1000);
      return true;
    } catch (error) {
      if ((error as Error).message.startsWith('NOPERM')) return false;
      throw error;
    }
  };
  const findings: Finding[] = [];
  const missing: string[] = [];
  for (const pattern of storeAccess[process].redis.keys) {
    if (!(await may(probe(pattern)))) missing.push(pattern);
  }
  if (missing.length > 0) {
    findings.push(
      warning(
        subject,
        `The user may not touch ${missing.join(', ')}.`,
        `Give it the keys: ACL SETUSER ... ${missing.map((pattern) => `~${pattern} ~{${pattern}`).join(' ')}`,
      ),
    );
  }
  if (await may(probe('another-owner:*'))) {
    findings.push(
      warning(
        subject,
        'The user may touch keys that are not its own.',
        'Give each process a user with its own key patterns.',
      ),
    );
  }
  return findings;
}
