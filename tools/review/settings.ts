import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `Usage: npm run review -- [OPTION...] FILE...

Uploads contracts (PDF, DOCX, TXT, MD) to a running system, has them reviewed, and prints the results.

Options
  --json          print one JSON object per file instead of text: {file, document_id, analysis} or {file, error}
  --force         review again even if an identical finished review exists
  --timeout SEC   how long to wait for each review (600)
  --help          show this

Settings, as environment variables
  CONTRACT_REVIEWER_URL       where the gateway is (http://127.0.0.1:8080)
  CONTRACT_REVIEWER_TOKEN     a bearer token, or:
  CONTRACT_REVIEWER_EMAIL     an account (admin@localhost)
  CONTRACT_REVIEWER_PASSWORD  its password (read from DATA_DIR/admin-password)
  DATA_DIR                    the data directory of npm start (.data)

Exit codes
  0  every file was reviewed
  1  at least one file was refused or its review failed
  2  wrong usage
  3  the system cannot be reached, or refuses the login
`;

export interface ReviewSettings {
  files: string[];
  json: boolean;
  force: boolean;
  timeoutMs: number;
  url: URL;
}

/** The command line cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function settingsFrom(args: string[], env: NodeJS.ProcessEnv): ReviewSettings | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (positionals.length === 0) throw new UsageError('Name at least one file.');
  const seconds = Number(values.timeout);
  if (!Number.isFinite(seconds) || seconds <= 0) throw new UsageError('--timeout takes a number of seconds.');
  const url = env.CONTRACT_REVIEWER_URL ?? 'http://127.0.0.1:8080';
  if (!URL.canParse(url)) throw new UsageError(`CONTRACT_REVIEWER_URL is not a URL: ${url}`);
  return { files: positionals, json: values.json, force: values.force, timeoutMs: seconds * 1000, url: new URL(url) };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        force: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '600' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
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
