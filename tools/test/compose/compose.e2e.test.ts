import { parseEnv } from 'node:util';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentFile } from '../../compose/environment-file.ts';
import { composeFileWith, repositoryFile } from './compose-file.ts';
import { type RunningSystem, runAsProcesses } from './run-as-processes.ts';

const variables = parseEnv(environmentFile(repositoryFile('.env.example'), ''));
const file = composeFileWith(variables);

let system: RunningSystem | undefined;

beforeAll(async () => {
  system = await runAsProcesses(file);
});

afterAll(() => system?.[Symbol.asyncDispose]());

/** What `text` says once its addresses are those of the running system. */
function address(text = ''): string {
  if (system === undefined) throw new Error('the system did not start');
  return system.address(text);
}

async function answerOf(request: Promise<Response>): Promise<Record<string, unknown>> {
  const response = await request;
  const body = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(body)}`);
  return body;
}

async function logIn(): Promise<{ authorization: string }> {
  const body = JSON.stringify({ email: variables.ADMIN_EMAIL, password: variables.ADMIN_PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const { token } = await answerOf(fetch(`${gateway()}/api/login`, { method: 'POST', headers, body }));
  return { authorization: `Bearer ${token}` };
}

const gateway = () => `http://${address('gateway:8080')}`;
const databaseUrlOf = (service: string) => address(file.services[service]?.environment.DATABASE_URL);
const redisUrlOf = (service: string) => address(file.services[service]?.environment.REDIS_URL);

describe('the processes of docker-compose.yml, run without Docker with exactly its environment', () => {
  it('let the administrator of .env log in, and review a contract', async () => {
    const headers = await logIn();
    const form = new FormData();
    const contract = 'SERVICES AGREEMENT\n\n1. Governing Law. This Agreement is governed by the laws of Delaware.\n';
    form.set('file', new Blob([contract], { type: 'text/plain' }), 'services.txt');
    const { document_id: id } = await answerOf(
      fetch(`${gateway()}/api/upload`, { method: 'POST', headers, body: form }),
    );
    const analyze = fetch(`${gateway()}/api/analyze/${id}?wait=30`, { method: 'POST', headers });
    expect(await answerOf(analyze)).toMatchObject({ status: 'completed' });
    const analysis = fetch(`${gateway()}/api/documents/${id}/analysis`, { headers });
    expect(await answerOf(analysis)).toMatchObject({ document_id: id, status: 'completed' });
  });

  it.each([
    ['document', 'analysis'],
    ['analysis', 'session'],
    ['session', 'document'],
  ])('keep the %s service out of the schema of the %s service', async (service, other) => {
    const client = new pg.Client({ connectionString: databaseUrlOf(service) });
    await client.connect();
    try {
      const { rows } = await client.query(
        `SELECT has_schema_privilege($1, 'USAGE') AS own, has_schema_privilege($2, 'USAGE') AS others`,
        [service, other],
      );
      expect(rows).toEqual([{ own: true, others: false }]);
    } finally {
      await client.end();
    }
  });

  it.each([
    ['document', 'analysis:1'],
    ['analysis', 'session:1'],
    ['session', 'document:1'],
    ['gateway', 'session:1'],
  ])('keep %s away from the Redis key %s', async (service, key) => {
    const redis = new Redis(redisUrlOf(service), { maxRetriesPerRequest: 0 });
    try {
      await expect(redis.get(`${service}:1`)).resolves.toBeNull();
      await expect(redis.get(key)).rejects.toThrow('NOPERM');
    } finally {
      redis.disconnect();
    }
  });

  // Last, because nobody serves after it.
  it.each(['gateway', 'session', 'analysis', 'document'])(
    'end %s in order when it is told to stop',
    async (service) => {
      expect(await system?.stop(service)).toBe('exit code 0');
    },
  );
});
