import { serviceToken, trustedServices } from '@contract-reviewer/platform/auth/service-tokens';
import {
  address,
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
  GRPC_PORT: port.default(7002),
  /** This service's own secret. */
  SERVICE_TOKEN: serviceToken,
  /** The services that may call. */
  TRUSTED_SERVICES: trustedServices,
  SESSION_SERVICE_ADDRESS: address,
  DOCUMENT_SERVICE_ADDRESS: address,
  /** Analyses that this process works on at the same time, those included that wait for their text or for a thread. */
  ANALYSIS_CONCURRENCY: integer(1, 64).default(4),
  /** Threads of the built-in engine; each reviews one document at a time. */
  ENGINE_THREADS: integer(1, 32).default(2),
  /** A review gives up when the document's text is not there after this long. */
  TEXT_WAIT_SECONDS: integer(1, 3000).default(900),
  LOG_LEVEL: logLevel,
  SHUTDOWN_ON_STDIN_CLOSE: flag.default(false),
});

export type Config = z.infer<typeof schema>;

/** @throws {ConfigError} naming every setting that is missing or wrong */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
