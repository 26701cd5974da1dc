import { createHash } from 'node:crypto';
import { assertionPublicKeysOf } from '@contract-reviewer/platform/auth/assertion-keys';
import { type ProcessName, processNames, type ServiceName, serviceNames } from './process-names.ts';

export const HOST = '127.0.0.1';

/** Everything the processes are told, and about each other. */
export interface Wiring {
  port: number;
  grpcPorts: Record<ServiceName, number>;
  /** Undefined: the services tell nobody their metrics. */
  metricsPorts?: Record<ServiceName, number>;
  databaseUrls: Record<ServiceName, string>;
  /** Undefined: the system runs without Redis. */
  redisUrls: Record<ProcessName, string> | undefined;
  serviceTokens: Record<ProcessName, string>;
  admin: { email: string; password: string };
  /** Signs the assertions by which services know users. */
  assertionKey: string;
  /** Signs the audit log. */
  auditKey: string;
  blobDirectory: string;
  logLevel: string;
  /** What each process is told as the user set it. */
  handedOn: Record<ProcessName, Record<string, string>>;
}

type Environment = Record<string, string>;

/** All of the environment of a process: what it needs, and nothing that another one needs. */
export function processEnvironment(name: ProcessName, wiring: Wiring): Environment {
  return {
    ...wiring.handedOn[name],
    LOG_LEVEL: wiring.logLevel,
    SHUTDOWN_ON_STDIN_CLOSE: '1',
    SERVICE_TOKEN: wiring.serviceTokens[name],
    ...(wiring.redisUrls && { REDIS_URL: wiring.redisUrls[name] }),
    ...ownEnvironment(name, wiring),
  };
}

function ownEnvironment(name: ProcessName, wiring: Wiring): Environment {
  switch (name) {
    case 'document':
      return {
        ...serviceEnvironment(name, wiring),
        ...addresses(['session', 'analysis'], wiring),
        BLOB_DIR: wiring.blobDirectory,
      };
    case 'analysis':
      return { ...serviceEnvironment(name, wiring), ...addresses(['session', 'document'], wiring) };
    case 'session':
      return {
        ...serviceEnvironment(name, wiring),
        ASSERTION_KEY: wiring.assertionKey,
        AUDIT_KEY: wiring.auditKey,
        ADMIN_EMAIL: wiring.admin.email,
        ADMIN_PASSWORD: wiring.admin.password,
      };
    case 'gateway':
      return { HTTP_HOST: HOST, HTTP_PORT: String(wiring.port), ...addresses(serviceNames, wiring) };
  }
}

function serviceEnvironment(name: ServiceName, wiring: Wiring): Environment {
  const { databaseUrls, grpcPorts, metricsPorts, serviceTokens, assertionKey } = wiring;
  const others = processNames.filter((other) => other !== name);
  return {
    DATABASE_URL: databaseUrls[name],
    GRPC_HOST: HOST,
    GRPC_PORT: String(grpcPorts[name]),
    ...(metricsPorts && { METRICS_HOST: HOST, METRICS_PORT: String(metricsPorts[name]) }),
    TRUSTED_SERVICES: others.map((other) => `${other}=${sha256(serviceTokens[other])}`).join(','),
    ASSERTION_PUBLIC_KEYS: assertionPublicKeysOf(assertionKey),
  };
}

function addresses(names: readonly ServiceName[], { grpcPorts }: Wiring): Environment {
  return Object.fromEntries(
    names.map((name) => [`${name.toUpperCase()}_SERVICE_ADDRESS`, `${HOST}:${grpcPorts[name]}`]),
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
