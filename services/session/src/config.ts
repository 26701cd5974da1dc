import { AuditSigner } from '@contract-reviewer/platform/audit/audit-keys';
import { assertionKeys } from '@contract-reviewer/platform/auth/assertion-keys';
import { ConfigError, emailAddress, integer, port, readConfig } from '@contract-reviewer/platform/config';
import { serviceSettings } from '@contract-reviewer/platform/service-settings';
import { z } from 'zod';

const auditKeys = z.string().transform((seeds, context) => {
  try {
    return AuditSigner.fromSeeds(seeds);
  } catch {
    context.addIssue('must be keys of 256 random bits in base64url, comma-separated');
    return z.NEVER;
  }
});

/** For the reference of all settings, too. */
export const schema = z.object({
  ...serviceSettings,
  /** The port that it listens on. */
  GRPC_PORT: port.default(7003),
  /** The first administrator, made at the start if there is no user of that address. */
  ADMIN_EMAIL: emailAddress.optional(),
  /** Their first password. */
  ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').max(256).optional(),
  /** Ed25519 private keys (256 random bits each) that sign the audit log; the newest first, older ones vouch for it. */
  AUDIT_KEY: auditKeys,
  /** Sign the assertions by which services know users; the first one does. */
  ASSERTION_KEY: assertionKeys,
  /** How often a head of the audit log is signed and kept, if the log has grown. */
  AUDIT_HEAD_SECONDS: integer(1, 86_400).default(60),
  /** A session that is not used for this long ends. */
  SESSION_IDLE_SECONDS: integer(1, 30 * 86_400).default(3600),
  /** A session ends after this, however much it is used. */
  SESSION_ABSOLUTE_SECONDS: integer(1, 365 * 86_400).default(86_400),
});

export type Config = z.infer<typeof schema>;

/** @throws {ConfigError} naming every setting that is missing or wrong */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  const config = readConfig(schema, env);
  if (!config.ASSERTION_PUBLIC_KEYS.has(config.ASSERTION_KEY[0].keyId)) {
    throw new ConfigError('ASSERTION_PUBLIC_KEYS: the public half of the first key in ASSERTION_KEY is not among them');
  }
  return config;
}
