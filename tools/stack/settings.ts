import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, integer, logLevel, readConfig } from '@contract-reviewer/platform/config';
import { z } from 'zod';
import { handedOnSettings } from './handed-on-settings.ts';
import { forEachName, type ProcessName, processNames, type ServiceName, serviceNames } from './process-names.ts';
import { databaseUrlSettings, redisUrlSettings, storeUrls } from './store-urls.ts';
import { tlsFilesIn } from './tls-directory.ts';

export const usage = `Usage: npm start [-- OPTION...]

Runs Contract Reviewer on this machine: PostgreSQL, Redis, the three services and the gateway, until Ctrl-C.

Options
  --install-redis   install Redis with the system's package manager where there is none
  --no-sample       do not review the shipped sample contract on the first start
  --help            show this

Settings, as environment variables
  PORT                 HTTP port of the gateway (8080)
  DOCUMENT_GRPC_PORT   gRPC port of the document service (7001)
  ANALYSIS_GRPC_PORT   gRPC port of the analysis service (7002)
  SESSION_GRPC_PORT    gRPC port of the session service (7003)
  DOCUMENT_METRICS_PORT, ANALYSIS_METRICS_PORT, SESSION_METRICS_PORT
                       where Prometheus asks for their metrics (7101, 7102, 7103); the gateway's are at /metrics
  DATA_DIR             where everything is kept (.data)
  ADMIN_EMAIL          the first administrator (admin@localhost)
  ADMIN_PASSWORD       its password (generated, kept in DATA_DIR/admin-password)
  DATABASE_URL         a PostgreSQL server to use instead of starting one;
                       DOCUMENT_, ANALYSIS_ and SESSION_DATABASE_URL for one each
  REDIS_URL            a Redis server to use instead of starting one;
                       DOCUMENT_, ANALYSIS_, SESSION_ and GATEWAY_REDIS_URL for one each
  V1_REDIS_URL         the Redis of version 1, to take its data over (npm run migration -- --help)
  TLS_DIR              certificates with which the processes prove themselves to each other, as
                       npm run certificates -- --out DIR makes them (docs/mtls.md)
  LOG_LEVEL            fatal, error, warn, info, debug or trace (info)
  OTEL_EXPORTER_OTLP_ENDPOINT
                       an OTLP receiver (HTTP) to send traces to (docs/observability.md)
  OLLAMA_BASE_URL      an Ollama server for reviews by a language model; docs/engines.md has this
                       and the settings of OpenAI-compatible servers
  MAX_UPLOAD_BYTES     the largest file that is taken (52428800)
  RULESET_FILE         an organization's own rules for risks (docs/ruleset.md)
  SESSION_IDLE_SECONDS, SESSION_ABSOLUTE_SECONDS
                       how long a session lasts without use (3600), and in all (86400)

Any of them can be in a file instead, which NAME_FILE names, as in DATABASE_URL_FILE=/run/secrets/database-url.
`;

export interface StackSettings {
  port: number;
  grpcPorts: Record<ServiceName, number>;
  metricsPorts: Record<ServiceName, number>;
  /** Absolute. */
  dataDirectory: string;
  adminEmail: string;
  /** Undefined: one is generated. */
  adminPassword: string | undefined;
  /** Undefined: we start PostgreSQL ourselves. */
  databaseUrls: Record<ServiceName, string> | undefined;
  /** Undefined: we start Redis ourselves, if there is one. */
  redisUrls: Record<ProcessName, string> | undefined;
  logLevel: string;
  /** What each process is told as the user set it, and where its certificate is. */
  handedOn: Record<ProcessName, Record<string, string>>;
  installRedis: boolean;
  reviewSample: boolean;
}

const port = integer(1, 65_535);

/** For the reference of all settings, too. */
export const schema = z.object({
  /** HTTP port of the gateway. */
  PORT: port.default(8080),
  /** gRPC port of the document service. */
  DOCUMENT_GRPC_PORT: port.default(7001),
  /** gRPC port of the analysis service. */
  ANALYSIS_GRPC_PORT: port.default(7002),
  /** gRPC port of the session service. */
  SESSION_GRPC_PORT: port.default(7003),
  /** Where Prometheus asks for the metrics of the document service. */
  DOCUMENT_METRICS_PORT: port.default(7101),
  /** The same of the analysis service. */
  ANALYSIS_METRICS_PORT: port.default(7102),
  /** The same of the session service. */
  SESSION_METRICS_PORT: port.default(7103),
  /** Where everything is kept. */
  DATA_DIR: z.string().default('.data'),
  /** The first administrator. */
  ADMIN_EMAIL: z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/, 'must be an email address')
    .default('admin@localhost'),
  /** Their first password. Unset: one is generated, and kept in `DATA_DIR/admin-password`. */
  ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').max(256).optional(),
  ...databaseUrlSettings,
  ...redisUrlSettings,
  /** Certificates with which the processes prove themselves to each other, as `npm run certificates -- --out DIR` makes them. */
  TLS_DIR: z.string().optional(),
  /** The least severe lines that are logged. */
  LOG_LEVEL: logLevel,
});

type Config = z.infer<typeof schema>;

/** The options on the command line cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the settings of `npm start`.
 *
 * @returns `help` when that is what was asked for.
 * @throws {UsageError} for an unknown option.
 * @throws {ConfigError} naming every setting that is wrong.
 */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): StackSettings | 'help' {
  const options = parseOptions(args);
  if (options.help) return 'help';
  const config = readConfig(schema, env);
  const problems = sharedPorts(config);
  const settings = {
    port: config.PORT,
    grpcPorts: forEachName(serviceNames, (name) => config[portSetting(name, 'GRPC')]),
    metricsPorts: forEachName(serviceNames, (name) => config[portSetting(name, 'METRICS')]),
    dataDirectory: resolve(config.DATA_DIR),
    adminEmail: config.ADMIN_EMAIL,
    adminPassword: config.ADMIN_PASSWORD,
    databaseUrls: storeUrls(config, serviceNames, 'DATABASE_URL', problems),
    redisUrls: storeUrls(config, processNames, 'REDIS_URL', problems),
    logLevel: config.LOG_LEVEL,
    handedOn: handedOn(env, config),
    installRedis: options['install-redis'],
    reviewSample: !options['no-sample'],
  };
  if (problems.length > 0) throw new ConfigError(`These settings cannot be used:\n  ${problems.join('\n  ')}`);
  return settings;
}

function handedOn(env: NodeJS.ProcessEnv, { TLS_DIR }: Config): Record<ProcessName, Record<string, string>> {
  const set = handedOnSettings(env);
  if (TLS_DIR === undefined) return set;
  return forEachName(processNames, (name) => ({ ...set[name], ...tlsFilesIn(resolve(TLS_DIR), name) }));
}

function parseOptions(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { 'install-redis': flag, 'no-sample': flag, help: flag } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function sharedPorts(config: Config): string[] {
  const names = [
    'PORT',
    ...serviceNames.flatMap((name) => [portSetting(name, 'GRPC'), portSetting(name, 'METRICS')]),
  ] as const;
  return [...Map.groupBy(names, (name) => config[name])]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([number, sharing]) => `${sharing.join(', ')}: each needs a port of its own, and all are ${number}`);
}

function portSetting<Kind extends 'GRPC' | 'METRICS'>(name: ServiceName, kind: Kind) {
  return `${name.toUpperCase() as Uppercase<ServiceName>}_${kind}_PORT` as const;
}
