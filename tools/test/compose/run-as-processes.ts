import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@contract-reviewer/platform/embedded/embedded-postgres';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { type GuardedProcess, spawnGuarded } from '@contract-reviewer/platform/embedded/guarded-process';
import { waitUntil } from '@contract-reviewer/platform/embedded/processes';
import { findRedisProgram } from '@contract-reviewer/platform/embedded/redis-program';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { compiledCode } from '../../stack/repository.ts';
import { type ComposeFile, type ComposeService, repositoryRoot } from './compose-file.ts';

const startTimeoutMs = 60_000;
const ownImage = 'contract-reviewer';
/** What the image adds to the environment that docker-compose.yml gives, and where Node keeps the code that it compiled. */
const imageEnvironment = { ...compiledCode, NODE_ENV: 'production', PATH: '/usr/local/bin:/usr/bin:/bin' };

export interface RunningSystem extends AsyncDisposable {
  /** The address that `host:port` of the file stands for on this machine. */
  address(hostAndPort: string): string;
  /** Waits for the process of a service to end and tells how, as in `exit code 0`. */
  stop(service: string): Promise<string | undefined>;
}

/**
 * Runs what docker-compose.yml describes as plain processes, where there is no Docker: the same commands with exactly
 * the environment of the file, in its order. Only addresses, ports and paths are those of this machine, and the stores
 * are a PostgreSQL and a Redis of our own in place of the images.
 *
 * @throws when something that others wait for fails or does not get healthy, with the end of its log.
 */
export async function runAsProcesses(file: ComposeFile): Promise<RunningSystem> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory()).path;
  const machine = await Machine.prepare(file, directory);
  stack.defer(() => machine.stopAll());
  // As `docker compose up` does, which leaves out what belongs to a profile.
  const wanted = Object.entries(file.services).filter(([, { profiles = [] }]) => profiles.length === 0);
  await Promise.all(wanted.map(([name]) => machine.start(name)));
  const acquired = stack.move();
  return {
    address: (hostAndPort) => machine.translate(hostAndPort),
    stop: (service) => machine.stop(service),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

class Machine {
  readonly #file: ComposeFile;
  readonly #directory: string;
  /** What the file names, and what stands for it here: addresses and the paths of volumes. */
  readonly #translations: ReadonlyMap<string, string>;
  readonly #started = new Map<string, Promise<void>>();
  readonly #running: { name: string; process: GuardedProcess }[] = [];

  private constructor(file: ComposeFile, directory: string, translations: ReadonlyMap<string, string>) {
    this.#file = file;
    this.#directory = directory;
    this.#translations = translations;
  }

  static async prepare(file: ComposeFile, directory: string): Promise<Machine> {
    const translations = new Map<string, string>();
    for (const [name, service] of Object.entries(file.services)) {
      const port = portOf(name, service);
      if (port !== undefined) translations.set(`${name}:${port}`, `127.0.0.1:${await freePort()}`);
      for (const [volume, path] of volumesOf(service)) {
        const here = join(directory, 'volumes', volume);
        await mkdir(here, { recursive: true });
        translations.set(path, here);
      }
    }
    return new Machine(file, directory, translations);
  }

  translate(text: string): string {
    return [...this.#translations].reduce(
      (translated, [from, to]) => translated.replace(new RegExp(`(^|[@,])${from}(?=$|[/,])`, 'g'), `$1${to}`),
      text,
    );
  }

  /** Resolves when those who depend on the service may go on: it is healthy or, if it is to run once, has succeeded. */
  start(name: string): Promise<void> {
    const started = this.#started.get(name) ?? this.#startAfterDependencies(name);
    this.#started.set(name, started);
    return started;
  }

  async stop(name: string): Promise<string | undefined> {
    const found = this.#running.find((candidate) => candidate.name === name);
    await found?.process.stop();
    return found?.process.exitReason();
  }

  /** In reverse, so that nobody misses what it relies on while it stops. */
  async stopAll(): Promise<void> {
    for (const { process } of this.#running.toReversed()) await process.stop();
  }

  async #startAfterDependencies(name: string): Promise<void> {
    const service = this.#file.services[name];
    if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
    await Promise.all(Object.keys(service.depends_on ?? {}).map((dependency) => this.start(dependency)));
    if (name === 'postgres') await this.#startPostgres(name, service);
    else if (name === 'redis') await this.#startRedis(name, service);
    else await this.#startOwn(name, service);
  }

  async #startPostgres(name: string, service: ComposeService): Promise<void> {
    const postgres = await startEmbeddedPostgres({
      directory: join(this.#directory, name),
      port: this.#portHere(name, service),
      password: service.environment.POSTGRES_PASSWORD ?? '',
      settings: { fsync: 'off' },
    });
    this.#running.push({ name, process: postgres });
  }

  async #startRedis(name: string, service: ComposeService): Promise<void> {
    const lookup = await findRedisProgram(process.env.PATH ?? '');
    if (!lookup.found) throw new Error(`This test needs Redis: ${lookup.reason}`);
    const [, ...args] = service.command.map((word) => this.translate(word));
    const port = String(this.#portHere(name, service));
    await this.#spawn(name, lookup.program.path, [...args, '--bind', '127.0.0.1', '--port', port], {});
  }

  async #startOwn(name: string, service: ComposeService): Promise<void> {
    if (service.image !== ownImage) throw new Error(`${name}: no idea how to run ${service.image} without Docker`);
    const env = this.#environmentHere(name, service);
    const running = await this.#spawn(name, process.execPath, service.command, env);
    if (service.healthcheck?.disable !== true) return await this.#untilHealthy(name, running, env);
    await running.exited;
    if (running.exitReason() !== 'exit code 0') {
      throw new Error(`${name} ended with ${running.exitReason()}:\n${await running.logTail()}`);
    }
  }

  #environmentHere(name: string, service: ComposeService): Record<string, string> {
    const given = Object.entries(service.environment).map(([key, value]) => {
      const isPort = key === 'GRPC_PORT' || key === 'HTTP_PORT';
      return [key, isPort ? String(this.#portHere(name, service)) : this.translate(value)];
    });
    return { ...imageEnvironment, ...Object.fromEntries(given) };
  }

  #portHere(name: string, service: ComposeService): number {
    return Number(this.translate(`${name}:${portOf(name, service)}`).split(':')[1]);
  }

  async #spawn(
    name: string,
    command: string,
    args: readonly string[],
    env: Record<string, string>,
  ): Promise<GuardedProcess> {
    const process = await spawnGuarded({
      command,
      args,
      env,
      cwd: repositoryRoot,
      account: undefined,
      logFile: join(this.#directory, `${name}.log`),
      stopSignal: 'SIGTERM',
      graceSeconds: 30,
    });
    this.#running.push({ name, process });
    return process;
  }

  /** Asks with the program that the image asks with. */
  async #untilHealthy(name: string, running: GuardedProcess, env: Record<string, string>): Promise<void> {
    const isHealthy = async () => {
      if (running.exitReason() !== undefined) return true;
      const check = await this.#spawn(`${name}-healthcheck`, process.execPath, ['tools/container/healthcheck.ts'], env);
      await check.exited;
      return check.exitReason() === 'exit code 0';
    };
    const healthy = await waitUntil(isHealthy, startTimeoutMs);
    if (healthy && running.exitReason() === undefined) return;
    const how = running.exitReason() ?? 'does not get healthy';
    throw new Error(`${name}: ${how}\n${await running.logTail()}`);
  }
}

const wellKnownPorts: Readonly<Record<string, string>> = { postgres: '5432', redis: '6379' };

/** The port a service listens on inside its container; none for what runs once. */
function portOf(name: string, { environment }: ComposeService): string | undefined {
  return environment.GRPC_PORT ?? environment.HTTP_PORT ?? wellKnownPorts[name];
}

function volumesOf({ volumes = [] }: ComposeService): [string, string][] {
  return volumes.flatMap((volume) => {
    const [name, path] = volume.split(':');
    return name === undefined || path === undefined ? [] : [[name, path]];
  });
}
