import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient, type GrpcClient } from '@contract-reviewer/platform/grpc/client';
import { newAssertionSettings } from '@contract-reviewer/platform/testing/assertion-settings';
import { createTestDatabase } from '@contract-reviewer/platform/testing/test-database';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { compiledCode } from '../../../tools/stack/repository.ts';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import { newServiceToken } from './service-token.ts';

const run = promisify(execFile);

export interface SessionProcess extends AsyncDisposable {
  address: string;
  /** What the other services know its assertions by. */
  assertionSettings: Record<string, string>;
  client: GrpcClient<typeof SessionServiceService>;
  /** The bearer authorization of the first administrator. */
  admin: string;
  /** Makes a user and logs in as them. */
  newUser(): Promise<{ userId: string; authorization: string }>;
}

const admin = { email: 'admin@example.test', password: 'correct horse battery staple' };

/** The session service, as a process of its own over a database of its own, without Redis. */
export async function startSessionService(trusted: Record<string, string>): Promise<SessionProcess> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(
    await createTestDatabase({
      role: storeAccess.session.postgres,
      migrations: new URL('../../session/migrations/', import.meta.url),
      migrate: async (DATABASE_URL) => {
        const env = { ...compiledCode, DATABASE_URL, LOG_LEVEL: 'error' };
        await run(process.execPath, [sessionProgram('migrate')], { env });
      },
    }),
  );
  const assertions = newAssertionSettings();
  const child = spawn(process.execPath, [sessionProgram('main')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...compiledCode,
      DATABASE_URL: database.url,
      GRPC_PORT: '0',
      SERVICE_TOKEN: newServiceToken(),
      ...assertions.signing,
      ...assertions.all,
      AUDIT_KEY: randomBytes(32).toString('base64url'),
      TRUSTED_SERVICES: Object.entries(trusted)
        .map(([name, token]) => `${name}=${createHash('sha256').update(token).digest('hex')}`)
        .join(','),
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      SHUTDOWN_ON_STDIN_CLOSE: '1',
    },
  });
  stack.defer(() => stop(child));
  const address = `127.0.0.1:${await portOf(child)}`;
  const client = stack.use(createClient(SessionServiceService, { address }));
  const authorization = `Bearer ${(await client.login(admin)).token}`;
  let users = 0;
  const acquired = stack.move();
  return {
    address,
    assertionSettings: assertions.all,
    client,
    admin: authorization,
    newUser: async () => {
      users += 1;
      const account = { email: `user${users}@example.test`, password: admin.password };
      await client.createUser({ ...account, role: 'user' }, { authorization });
      const { session, token } = await client.login(account);
      return { userId: session?.userId ?? '', authorization: `Bearer ${token}` };
    },
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

function sessionProgram(name: 'main' | 'migrate'): string {
  return fileURLToPath(new URL(`../../session/src/${name}.ts`, import.meta.url));
}

/** The port that a process says it serves on. */
async function portOf(child: ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> }): Promise<number> {
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, port } = JSON.parse(line);
    if (msg === 'serving') {
      // Whoever writes to a pipe that nobody reads is stopped in the end.
      child.stdout.resume();
      return port;
    }
  }
  throw new Error('the process ended before it served');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
