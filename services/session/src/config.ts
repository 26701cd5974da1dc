import { serviceToken, trustedServices } from '@contract-reviewer/platform/auth/service-tokens';
import {
  emailAddress,
  flag,
  integer,
  logLevel,
  port,
  postgresUrl,
  readConfig,
  redisUrl,
} from '@contract-reviewer/platform/config';
import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: postgresUrl,
  DATABASE_MAX_CONNECTIONS: integer(2, 100).default(10),
  /** Unset: everything is served from PostgreSQL. All replicas must agree on it. */
  REDIS_URL: redisUrl.optional(),
  GRPC_HOST: z.string().default('127.0.0.1'),
  GRPC_PORT: port.default(7003),
  /** This service's own secret. */
  SERVICE_TOKEN: serviceToken,
  /** The services that may call. */
  TRUSTED_SERVICES: trustedServices,
  /** The first administrator, made at the start if there is no user of that address. */
  ADMIN_EMAIL: emailAddress.optional(),
  ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').max(256).optional(),
  /** A session that is not used for this long ends. */
  SESSION_IDLE_SECONDS: integer(1, 30 * 86_400).default(3600),
  /** A session ends after this, however much it is used. */
  SESSION_ABSOLUTE_SECONDS: integer(1, 365 * 86_400).default(86_400),
  LOG_LEVEL: logLevel,
  SHUTDOWN_ON_STDIN_CLOSE: flag.default(false),
});

export type Config = z.infer<typeof schema>;

/** @throws {ConfigError} naming every setting that is missing or wrong */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
