import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { Redis } from 'ioredis';
import pg from 'pg';

export interface MonolithSettings {
  redisUrl: string;
  /** Prefix of its keys in Redis. */
  keyPrefix: string;
  documentDatabaseUrl: string;
  analysisDatabaseUrl: string;
  ownerId: string;
}

const ttlSeconds = 3600;

/**
 * The same reads by the cache-aside of tutorials in one process: whoever asks gets everything, and a cached value may be
 * older than the last write. @returns the port
 */
export async function serveMonolith(settings: MonolithSettings): Promise<number> {
  const redis = new Redis(settings.redisUrl);
  const documents = new pg.Pool({ connectionString: settings.documentDatabaseUrl, max: 10 });
  const analyses = new pg.Pool({ connectionString: settings.analysisDatabaseUrl, max: 10 });
  await documents.query(
    `CREATE TABLE IF NOT EXISTS document.bench_sessions
       (session_id text PRIMARY KEY, secret text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`,
  );

  const aside = async (key: string, load: () => Promise<unknown>): Promise<string> => {
    const cached = await redis.get(settings.keyPrefix + key);
    if (cached !== null) return cached;
    const value = JSON.stringify(await load());
    await redis.set(settings.keyPrefix + key, value, 'EX', ttlSeconds);
    return value;
  };
  const one = async (pool: pg.Pool, sql: string, values: unknown[]) =>
    (await pool.query(sql, values)).rows[0] as unknown;

  const server = fastify();
  server.addHook('onSend', async (_request, reply) => {
    reply.type('application/json; charset=utf-8');
  });
  server.get<{ Params: { id: string } }>('/documents/:id', ({ params: { id } }) =>
    aside(`document:${id}`, () => one(documents, 'SELECT * FROM document.documents WHERE document_id = $1', [id])),
  );
  server.get<{ Params: { id: string } }>('/analyses/:id', ({ params: { id } }) =>
    aside(`analysis:${id}`, () => one(analyses, 'SELECT * FROM analysis.analyses WHERE analysis_id = $1', [id])),
  );
  server.get<{ Querystring: { limit: string; offset: string } }>('/documents', ({ query: { limit, offset } }) =>
    aside(`documents:${limit}:${offset}`, async () => {
      const owner = settings.ownerId;
      const page = await documents.query<object>(
        `SELECT * FROM document.documents WHERE owner_id = $1 ORDER BY created_at DESC, document_id DESC LIMIT $2 OFFSET $3`,
        [owner, limit, offset],
      );
      const total = await documents.query<{ count: number }>(
        'SELECT count(*)::int FROM document.documents WHERE owner_id = $1',
        [owner],
      );
      return { documents: page.rows, total_count: total.rows[0]?.count };
    }),
  );
  server.get<{ Params: { id: string } }>('/sessions/:id', ({ params: { id } }) =>
    aside(`session:${id}`, () => one(documents, 'SELECT * FROM document.bench_sessions WHERE session_id = $1', [id])),
  );
  server.post('/sessions', async (_request, reply) => {
    const session = { session_id: randomUUID(), secret: randomBytes(32).toString('base64url') };
    await documents.query('INSERT INTO document.bench_sessions (session_id, secret) VALUES ($1, $2)', [
      session.session_id,
      session.secret,
    ]);
    const text = JSON.stringify(session);
    await redis.set(`${settings.keyPrefix}session:${session.session_id}`, text, 'EX', ttlSeconds);
    return reply.code(201).send(text);
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
}
