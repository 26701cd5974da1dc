import { awaitLeftProcesses, startApplicationProcesses } from './application-processes.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { runMigrations } from './migrations.ts';
import { checkPorts } from './ports.ts';
import { openPostgres } from './postgres.ts';
import { HOST, processEnvironment } from './process-environment.ts';
import { forEachName, type ProcessName, processNames, type ServiceName } from './process-names.ts';
import { waitUntilReady } from './readiness.ts';
import { openRedis } from './redis.ts';
import { mainModule } from './repository.ts';
import { type AdminPassword, loadAdminPassword, loadAuditKey, loadSecrets } from './secrets.ts';
import type { StackSettings } from './settings.ts';
import type { Supervised } from './supervise.ts';

export interface StackContext {
  /** Tells the user what happens, a line at a time. */
  report: (line: string) => void;
  /** Gives the start up; what was started by then is stopped. */
  signal: AbortSignal;
  /** Where programs are looked for, as in the environment variable PATH. */
  searchPath: string;
}

/** The whole system, running. Disposing stops it: the gateway first, the stores last. */
export interface Stack extends AsyncDisposable {
  baseUrl: string;
  admin: { email: string; password: AdminPassword };
  /** For people: where each store is. */
  stores: { postgres: string; redis: string };
  databaseUrls: Record<ServiceName, string>;
  /** Undefined: it runs without Redis. */
  redisUrls: Record<ProcessName, string> | undefined;
  /** The services and the gateway. */
  processes: readonly Supervised[];
  data: DataDirectory;
}

/**
 * Starts everything, from the stores up, and waits until it is ready.
 *
 * @throws {StartError} when something that is in the user's hands is in the way.
 */
export async function startStack(settings: StackSettings, context: StackContext): Promise<Stack> {
  const { report, signal } = context;
  const { port, grpcPorts, metricsPorts, logLevel, handedOn } = settings;
  await using stack = new AsyncDisposableStack();

  const data = stack.use(await openDataDirectory(settings.dataDirectory, context));
  await awaitLeftProcesses(data, report);
  await checkPorts(settings);
  const secrets = await loadSecrets(data.path);
  const password = await loadAdminPassword(data.path, settings.adminPassword);
  signal.throwIfAborted();

  const redis = stack.use(await openRedis(settings, data, secrets, context));
  const postgres = stack.use(await openPostgres(settings, data, secrets, report));
  signal.throwIfAborted();

  report('Bringing the database up to date');
  await runMigrations({ databaseUrls: postgres.urls, logLevel, signal });

  report('Starting the services and the gateway');
  const wiring = {
    port,
    grpcPorts,
    metricsPorts,
    databaseUrls: postgres.urls,
    redisUrls: redis.urls,
    serviceTokens: secrets.service_tokens,
    assertionKey: secrets.assertion_key,
    admin: { email: settings.adminEmail, password: password.value },
    auditKey: await loadAuditKey(data.path),
    blobDirectory: data.at('blobs'),
    logLevel,
    handedOn,
  };
  const specs = forEachName(processNames, (name) => ({
    module: mainModule(name),
    env: processEnvironment(name, wiring),
  }));
  const processes = stack.use(await startApplicationProcesses(specs, data, report));
  const baseUrl = `http://${HOST}:${port}`;
  await waitUntilReady(baseUrl, processes.all, signal);

  const acquired = stack.move();
  return {
    baseUrl,
    admin: { email: settings.adminEmail, password },
    stores: { postgres: postgres.description, redis: redis.description },
    databaseUrls: postgres.urls,
    redisUrls: redis.urls,
    processes: processes.all,
    data,
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}
