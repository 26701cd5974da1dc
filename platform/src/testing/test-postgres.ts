import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import { processesIn } from '../embedded/processes.ts';
import { provisionPostgres, type ServiceRole } from '../embedded/provision.ts';
import { withClient } from '../embedded/with-client.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Something that is wrong with a server between `begin` and `end`. */
export interface Fault {
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** A PostgreSQL server for one test file, with one role, whose failures the test decides. */
export interface TestPostgres extends AsyncDisposable {
  /** Connects as the role. It holds over restarts. */
  readonly url: string;
  readonly faults: Record<
    'stopped' | 'shutting down' | 'out of connections' | 'in recovery' | 'read-only' | 'hanging',
    Fault
  >;
}

export async function startPostgres(role: Omit<ServiceRole, 'password'>): Promise<TestPostgres> {
  await using stack = new AsyncDisposableStack();
  const directory = join(stack.use(await temporaryDirectory()).path, 'postgres');
  const options = { directory, password: newPassword(), settings: { fsync: 'off' } };
  let server: EmbeddedPostgres = await startEmbeddedPostgres(options);
  stack.defer(() => server.stop());
  const { port } = server;
  const start = async () => {
    server = await startEmbeddedPostgres({ ...options, port });
  };
  const urls = await provisionPostgres(server.url, 'test', [{ ...role, password: newPassword() }]);

  const administer = (...statements: string[]) =>
    withClient(server.url, async (client) => {
      // Or it could not undo what keeps everybody from writing.
      await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE');
      for (const statement of statements) await client.query(statement);
    });
  const disconnectRole = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role.name}'`;
  const cluster = join(directory, '18');
  const signalAll = async (signal: NodeJS.Signals) => {
    for (const pid of await processesIn(cluster, 'postgres')) process.kill(pid, signal);
  };
  let lastClient: Client | undefined;

  const faults: TestPostgres['faults'] = {
    stopped: { begin: () => server.stop(), end: start },
    'shutting down': {
      begin: async () => {
        // A smart shutdown waits for the clients that there are, and takes no new ones.
        const client = new Client({ connectionString: server.url });
        await client.connect();
        lastClient = client;
        server.kill('SIGTERM');
        // Until it has noticed, whoever is disconnected comes back and stays.
        while (await takesClients(server.url)) await sleep(10);
        await client.query(disconnectRole);
      },
      end: async () => {
        await lastClient?.end();
        await server.exited;
        await start();
      },
    },
    'out of connections': {
      begin: () => administer(`ALTER ROLE ${role.name} CONNECTION LIMIT 0`, disconnectRole),
      end: () => administer(`ALTER ROLE ${role.name} CONNECTION LIMIT -1`),
    },
    'in recovery': {
      begin: async () => {
        await server.stop();
        await writeFile(join(cluster, 'standby.signal'), '', { mode: 0o666 });
        await start();
      },
      end: async () => {
        await server.stop();
        await rm(join(cluster, 'standby.signal'));
        await start();
      },
    },
    'read-only': {
      begin: () => administer('ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()'),
      end: () => administer('ALTER SYSTEM RESET default_transaction_read_only', 'SELECT pg_reload_conf()'),
    },
    hanging: { begin: () => signalAll('SIGSTOP'), end: () => signalAll('SIGCONT') },
  };
  const acquired = stack.move();
  return { url: urls[role.name] as string, faults, [Symbol.asyncDispose]: () => acquired.disposeAsync() };
}

async function takesClients(url: string): Promise<boolean> {
  return withClient(url, async () => true).catch(() => false);
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
