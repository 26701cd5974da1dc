import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { forEachName, processNames, serviceNames } from './process-names.ts';
import { StartError } from './start-error.ts';

/** 256 bits in base64url, which needs no escaping in a URL, a shell or an ACL file. */
const secret = z.string().default(() => randomBytes(32).toString('base64url'));

const servicesSecrets = forEachName(serviceNames, () => secret);
const processesSecrets = forEachName(processNames, () => secret);

/** A secret that the file does not have yet is made on reading. */
const schema = z.object({
  postgres_superuser: secret,
  postgres_roles: z.object(servicesSecrets).prefault({}),
  redis_admin: secret,
  redis_users: z.object(processesSecrets).prefault({}),
  service_tokens: z.object(processesSecrets).prefault({}),
  assertion_key: secret,
});

/** What the processes prove themselves with to the stores and to each other. */
export type Secrets = z.infer<typeof schema>;

/**
 * Reads `secrets.json` of the data directory, made on the first call with mode 0600; the same ones from then on.
 *
 * @throws {StartError} when the file is not what was written.
 */
export async function loadSecrets(dataDirectory: string): Promise<Secrets> {
  const file = join(dataDirectory, 'secrets.json');
  const secrets = parse((await readSecret(file)) ?? '{}', file);
  await writeSecret(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

function parse(text: string, file: string): Secrets {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StartError(`${file} is damaged: put it back from a backup, because the database knows these secrets`, {
      cause,
    });
  }
}

export interface AdminPassword {
  value: string;
  /** Where it can be read again; undefined when it was given and is not kept. */
  file: string | undefined;
  /** It was made just now. */
  isNew: boolean;
}

/** The first administrator's password: the one given, or one that is made once and kept in `admin-password`. */
export async function loadAdminPassword(dataDirectory: string, given: string | undefined): Promise<AdminPassword> {
  if (given !== undefined) return { value: given, file: undefined, isNew: false };
  const file = join(dataDirectory, 'admin-password');
  const kept = (await readSecret(file))?.trim();
  const value = kept ?? randomBytes(18).toString('base64url');
  await writeSecret(file, `${value}\n`);
  return { value, file, isNew: kept === undefined };
}

/** The private keys that sign the audit log, newest first: made on the first call, kept in `audit-key`. */
export async function loadAuditKey(dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, 'audit-key');
  const kept = (await readSecret(file))?.trim();
  const value = kept || randomBytes(32).toString('base64url');
  await writeSecret(file, `${value}\n`);
  return value;
}

async function readSecret(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: who is killed while writing must find the old secrets, which the stores know, or the new. */
async function writeSecret(file: string, text: string): Promise<void> {
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, text, { mode: 0o600 });
  // The mode above counts only for a file that was not there.
  await chmod(unfinished, 0o600);
  await rename(unfinished, file);
}
