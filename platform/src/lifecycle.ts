import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { ConfigError, logLevel, postgresUrl, readConfig } from './config.ts';
import { createLogger, type Logger } from './log.ts';
import { startTracing, type TracingSettings } from './telemetry/tracing.ts';

/** A process's parts, built but not running. Disposing ends what was started, in reverse order. */
export interface App extends AsyncDisposable {
  /** Begins to serve. @returns the port it listens on */
  start(): Promise<number>;
}

export interface ProcessSettings extends TracingSettings {
  LOG_LEVEL: string;
  /**
   * Also stop when standard input closes, so that a supervisor that dies takes its children with it. The supervisor
   * holds the other end of the pipe.
   */
  SHUTDOWN_ON_STDIN_CLOSE: boolean;
}

export interface ProcessOptions<Config extends ProcessSettings> {
  /** Names the process in its logs. */
  service: string;
  /** Throws ConfigError. */
  readConfig: () => Config;
  /** Throws ConfigError for a file that a setting names and that cannot be used. */
  build: (config: Config, logger: Logger) => App;
  /** How long stopping may take; two seconds later the process is killed. Default 20 s. */
  stopTimeoutMs?: number;
}

/** As sysexits(3) has it: something was found in an unconfigured or misconfigured state. */
const exitMisconfigured = 78;
const defaultStopTimeoutMs = 20_000;
/** For a healthy event loop to come to its timer, and for the last line of the log to be written. */
const lastWordsMs = 2000;

/**
 * The life of a process: read the settings, build, serve until SIGTERM, SIGINT or the end of standard input, drain,
 * exit. Exit codes: 0 stopped as asked, 1 failed, 78 settings that cannot be used. A process that does not stop in
 * time is killed.
 */
export async function runProcess<Config extends ProcessSettings>(options: ProcessOptions<Config>): Promise<void> {
  const config = orExit(options.readConfig);
  const logger = createLogger({ service: options.service, level: config.LOG_LEVEL });
  const stopRequest = awaitStopRequest(config.SHUTDOWN_ON_STDIN_CLOSE);

  const tracing = await startTracing(options.service, config, logger);
  const app = orExit(() => options.build(config, logger));
  let exitCode = 0;
  try {
    const port = await Promise.race([app.start(), stopRequest]);
    if (typeof port === 'number') logger.info({ port }, 'serving');
    logger.info({ reason: await stopRequest }, 'stopping');
  } catch (error) {
    logger.fatal({ err: error }, 'cannot start');
    exitCode = 1;
  }

  const { stopTimeoutMs = defaultStopTimeoutMs } = options;
  killAfter(stopTimeoutMs + lastWordsMs);
  setTimeout(() => logger.error({ timeout_ms: stopTimeoutMs }, 'did not stop in time'), stopTimeoutMs).unref();
  try {
    await app[Symbol.asyncDispose]();
    await tracing?.[Symbol.asyncDispose]();
  } catch (error) {
    logger.error({ err: error }, 'stopped with errors');
    exitCode = 1;
  }
  process.exit(exitCode);
}

/**
 * Kills the process unless it has ended by then. From a thread of its own: an event loop that is stuck comes to no timer,
 * and a line of the log that nobody reads is enough to be stuck in. Not by `process.exit`, which waits for worker
 * threads and may be what does not end.
 */
function killAfter(ms: number): void {
  new Worker(`setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${ms})`, {
    eval: true,
    env: {},
    execArgv: [],
  }).unref();
}

export interface MigrationProcess {
  service: string;
  env: NodeJS.ProcessEnv;
  migrate: (databaseUrl: string, logger: Logger) => Promise<void>;
}

/** A process that brings a database up to date and exits: 0 done, 1 failed, 78 settings that cannot be used. */
export async function runMigration({ service, env, migrate }: MigrationProcess): Promise<void> {
  const schema = z.object({ DATABASE_URL: postgresUrl, LOG_LEVEL: logLevel });
  const config = orExit(() => readConfig(schema, env));
  const logger = createLogger({ service: `${service} migrations`, level: config.LOG_LEVEL });
  try {
    await migrate(config.DATABASE_URL, logger);
    logger.info('up to date');
  } catch (error) {
    logger.fatal({ err: error }, 'migration failed');
    process.exitCode = 1;
  }
}

function orExit<T>(configure: () => T): T {
  try {
    return configure();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(exitMisconfigured);
  }
}

function awaitStopRequest(stopOnStdinClose: boolean): Promise<string> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve('SIGTERM'));
    process.on('SIGINT', () => resolve('SIGINT'));
    if (!stopOnStdinClose) return;
    process.stdin.once('end', () => resolve('end of standard input'));
    process.stdin.once('error', () => resolve('end of standard input'));
    process.stdin.resume();
  });
}
