import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The part of a command's help that is about where the gateway is and who logs in. */
export const accessUsage = `Settings, as environment variables
  CONTRACT_REVIEWER_URL       where the gateway is (http://127.0.0.1:PORT, and PORT is 8080 unless set)
  CONTRACT_REVIEWER_TOKEN     a bearer token, or:
  CONTRACT_REVIEWER_EMAIL     an account (admin@localhost)
  CONTRACT_REVIEWER_PASSWORD  its password (read from DATA_DIR/admin-password)
  DATA_DIR                    the data directory of npm start (.data)
`;

/** The command line cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws {UsageError} */
export function gatewayUrlFrom(env: NodeJS.ProcessEnv): URL {
  const url = env.CONTRACT_REVIEWER_URL ?? `http://127.0.0.1:${env.PORT ?? '8080'}`;
  if (!URL.canParse(url)) throw new UsageError(`CONTRACT_REVIEWER_URL is not a URL: ${url}`);
  return new URL(url);
}

export type Credentials = { token: string } | { email: string; password: string };

/** @throws {UsageError} when there is nothing to log in with */
export async function credentialsFrom(env: NodeJS.ProcessEnv): Promise<Credentials> {
  const token = env.CONTRACT_REVIEWER_TOKEN;
  if (token) return { token };
  const email = env.CONTRACT_REVIEWER_EMAIL ?? env.ADMIN_EMAIL ?? 'admin@localhost';
  const password = env.CONTRACT_REVIEWER_PASSWORD ?? env.ADMIN_PASSWORD;
  if (password) return { email, password };
  const file = join(env.DATA_DIR ?? '.data', 'admin-password');
  try {
    return { email, password: (await readFile(file, 'utf8')).trim() };
  } catch {
    throw new UsageError(
      `Nothing to log in with: set CONTRACT_REVIEWER_TOKEN, or CONTRACT_REVIEWER_EMAIL and _PASSWORD (${file} cannot be read).`,
    );
  }
}
