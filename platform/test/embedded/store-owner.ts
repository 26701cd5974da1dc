import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts';
import { findRedisProgram } from '../../src/embedded/redis-program.ts';
import { startRedisServer } from '../../src/embedded/redis-server.ts';

/** A process that owns both stores in a directory, says their pids, and lives until it is killed. */
const [directory = '', password = ''] = process.argv.slice(2);
const lookup = await findRedisProgram(process.env.PATH ?? '');
if (!lookup.found) throw new Error(lookup.reason);

const postgres = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), password });
const redis = await startRedisServer({
  program: lookup.program,
  directory: join(directory, 'redis'),
  users: [],
  adminPassword: password,
  maxMemory: '16mb',
});
process.stdout.write(`${JSON.stringify({ postgres: postgres.pid, redis: redis.pid })}\n`);
