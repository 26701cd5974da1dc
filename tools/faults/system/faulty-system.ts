import { chmod, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { spawnGuarded } from '@contract-reviewer/platform/embedded/guarded-process';
import { waitUntil } from '@contract-reviewer/platform/embedded/processes';
import { runMigrations } from '../../stack/migrations.ts';
import { HOST, processEnvironment, type Wiring } from '../../stack/process-environment.ts';
import {
  forEachName,
  type ProcessName,
  processNames,
  type ServiceName,
  serviceNames,
} from '../../stack/process-names.ts';
import { compiledCode, mainModule } from '../../stack/repository.ts';
import { loadAuditKey, loadSecrets } from '../../stack/secrets.ts';
import { StartError } from '../../stack/start-error.ts';
import { type CuttableLink, openLink } from './cuttable-link.ts';
import { type FaultyPostgres, startFaultyPostgres } from './faulty-postgres.ts';
import { type FaultyRedis, startFaultyRedis } from './faulty-redis.ts';
import { Restartable } from './restartable.ts';

const replicaCount = 2;
const READY_TIMEOUT_MS = 60_000;
const GRACE_SECONDS = 5;

export interface Replica {
  /** As in `document 1`. */
  name: string;
  process: Restartable;
  /** Where it serves: gRPC, or HTTP for the gateway. */
  port: number;
}

/** Two of each process over one Redis, one PostgreSQL and one directory of files. */
export interface FaultySystem extends AsyncDisposable {
  replicas: Readonly<Record<ProcessName, readonly Replica[]>>;
  redis: FaultyRedis;
  postgres: FaultyPostgres;
  /** The way of each service's last replica to Redis. The others reach Redis directly. */
  links: Readonly<Record<ServiceName, CuttableLink>>;
  admin: { email: string; password: string };
  /** Where everything is kept. */
  directory: string;
  /** What each process proves itself with to the others. */
  serviceTokens: Readonly<Record<ProcessName, string>>;
  /** Waits until all processes serve. @throws {StartError} when they do not in a minute */
  untilReady(): Promise<void>;
}

export interface SystemOptions {
  /** Modules that the services load first, as URLs. */
  preload: readonly string[];
  /** Further settings of all processes. */
  settings?: Readonly<Record<string, string>>;
}

/** Starts everything in a temporary directory, which goes with it. */
export async function startFaultySystem({ preload, settings = {} }: SystemOptions): Promise<FaultySystem> {
  await using stack = new AsyncDisposableStack();
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'contract-reviewer-faults-')));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  // Others may pass, because the stores run as other accounts when we are root.
  await chmod(directory, 0o711);
  const secrets = await loadSecrets(directory);
  const redis = stack.use(await startFaultyRedis(join(directory, 'redis'), secrets));
  const postgres = stack.use(await startFaultyPostgres(join(directory, 'postgres'), secrets));
  await runMigrations({ databaseUrls: postgres.urls, logLevel: 'warn' });

  const links = {
    document: stack.use(await openLink(redis.port)),
    analysis: stack.use(await openLink(redis.port)),
    session: stack.use(await openLink(redis.port)),
  };
  const ports = await choosePorts();
  const auditKey = await loadAuditKey(directory);
  const admin = { email: 'admin@localhost', password: secrets.redis_admin };
  const environmentOf = (name: ProcessName, index: number) => {
    const redisPort = name === 'gateway' || index < replicaCount - 1 ? redis.port : links[name].port;
    const wiring: Wiring = {
      port: ports.gateway[index] as number,
      grpcPorts: forEachName(serviceNames, (service) => ports[service][index] as number),
      databaseUrls: postgres.urls,
      redisUrls: forEachName(processNames, (each) => redis.urlFor(each, redisPort)),
      serviceTokens: secrets.service_tokens,
      assertionKey: secrets.assertion_key,
      admin,
      auditKey,
      blobDirectory: join(directory, 'blobs'),
      logLevel: 'warn',
      handedOn: forEachName(processNames, () => settings),
    };
    const environment = processEnvironment(name, wiring);
    const addresses = serviceNames
      .map((service) => [`${service.toUpperCase()}_SERVICE_ADDRESS`, addressOfAll(ports[service])] as const)
      .filter(([setting]) => setting in environment);
    return { ...environment, ...Object.fromEntries(addresses) };
  };

  const startReplica = async (name: ProcessName, index: number): Promise<Replica> => {
    const label = `${name} ${index}`;
    const cwd = join(directory, 'run', label.replace(' ', '-'));
    await mkdir(cwd, { recursive: true });
    const start = () =>
      spawnGuarded({
        command: process.execPath,
        args: [...(name === 'gateway' ? [] : preload.flatMap((url) => ['--import', url])), mainModule(name)],
        cwd,
        env: { ...compiledCode, ...environmentOf(name, index) },
        account: undefined,
        logFile: join(cwd, 'log'),
        stopSignal: 'SIGTERM',
        graceSeconds: GRACE_SECONDS,
        stdin: true,
      });
    const running = await Restartable.start(label, start);
    return { name: label, process: running, port: ports[name][index] as number };
  };
  const replicas: Record<ProcessName, Replica[]> = { document: [], analysis: [], session: [], gateway: [] };
  for (const name of processNames) {
    // Replicas of a kind do not need each other to stop, unlike the gateways their services.
    stack.defer(async () => {
      await Promise.all(replicas[name].map(({ process }) => process[Symbol.asyncDispose]()));
    });
    for (let index = 0; index < replicaCount; index += 1) replicas[name].push(await startReplica(name, index));
  }

  const untilReady = async () => {
    const areReady = async () =>
      (await Promise.all(replicas.gateway.map(({ port }) => isGatewayReady(port)))).every(Boolean);
    if (await waitUntil(areReady, READY_TIMEOUT_MS)) return;
    const all = Object.values(replicas).flat();
    const logs = await Promise.all(
      all.map(async (each) => `--- ${each.name}\n${await each.process.current.logTail()}`),
    );
    throw new StartError(`The system is not ready within ${READY_TIMEOUT_MS / 1000} s:\n${logs.join('\n')}`);
  };
  await untilReady();
  const acquired = stack.move();
  return {
    replicas,
    redis,
    postgres,
    links,
    admin,
    directory,
    serviceTokens: secrets.service_tokens,
    untilReady,
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

async function choosePorts(): Promise<Record<ProcessName, number[]>> {
  const ports: Record<ProcessName, number[]> = { document: [], analysis: [], session: [], gateway: [] };
  for (const name of processNames) while (ports[name].length < replicaCount) ports[name].push(await freePort());
  return ports;
}

/** All replicas, of which a client takes one after the other (https://github.com/grpc/grpc/blob/master/doc/naming.md). */
function addressOfAll(ports: readonly number[]): string {
  return `ipv4:${ports.map((port) => `${HOST}:${port}`).join(',')}`;
}

/** Whether the gateway says that it can serve. */
export async function isGatewayReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${HOST}:${port}/readyz`, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Not listening: not yet, or no more.
    return false;
  }
}
