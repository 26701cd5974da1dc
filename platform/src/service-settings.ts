import { z } from 'zod';
import { admissionSettings } from './admission/admission-settings.ts';
import { assertionPublicKeys } from './auth/assertion-keys.ts';
import { serviceToken, trustedServices } from './auth/service-tokens.ts';
import { flag, httpUrl, integer, logLevel, port, postgresUrl, ratio, redisUrl } from './config.ts';
import { tlsSettings } from './grpc/credentials.ts';

/** Settings that every process has. */
export const processSettings = {
  /** The least severe lines that are logged. */
  LOG_LEVEL: logLevel,
  /** Stop when standard input closes, so that no process outlives its supervisor. */
  SHUTDOWN_ON_STDIN_CLOSE: flag.default(false),
  ...tlsSettings,
  /** The OTLP receiver (HTTP) to which spans are sent; without it nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  /** Share of the traces that begin here and are recorded; whoever calls with a traceparent decides for its own. */
  OTEL_TRACES_SAMPLER_ARG: ratio.default(1),
};

/** Where a process tells its metrics. */
export const metricsSettings = {
  /** The address at which the metrics of this process are told, to whoever asks: one that only operators reach. */
  METRICS_HOST: z.string().default('127.0.0.1'),
  /** The port for that. Unset: services tell them nowhere, and the gateway at `/metrics` of its own address. */
  METRICS_PORT: port.optional(),
};

/** Settings that every service has; each adds its port and its own. */
export const serviceSettings = {
  ...processSettings,
  ...admissionSettings,
  /** The service's own role in PostgreSQL. */
  DATABASE_URL: postgresUrl,
  /** Connections to PostgreSQL at most, of each replica; its queues of jobs have up to four more each. */
  DATABASE_MAX_CONNECTIONS: integer(5, 100).default(10),
  ...metricsSettings,
  /** The service's own user of Redis. Unset: everything is served from PostgreSQL. All replicas must agree on it. */
  REDIS_URL: redisUrl.optional(),
  /** The address that it listens on. */
  GRPC_HOST: z.string().default('127.0.0.1'),
  /** The service's own secret. */
  SERVICE_TOKEN: serviceToken,
  /** The services that may call. */
  TRUSTED_SERVICES: trustedServices,
  /** With which the assertions are verified that the session service signs. */
  ASSERTION_PUBLIC_KEYS: assertionPublicKeys,
};
