import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename } from 'node:fs/promises';
import type { Account } from './account.ts';
import { watch } from './watchdog.ts';

/** The watchdog's patience, in seconds: a database may have a checkpoint to write before it ends. */
const GRACE_SECONDS = 30;
const LOG_TAIL_CHARS = 2_000;

export interface StoreProcessOptions {
  command: string;
  args: readonly string[];
  cwd: string;
  account: Account | undefined;
  /** Where its output goes; the file before it is kept with the suffix `.1`. */
  logFile: string;
  /** What asks it to stop, orderly and without waiting for its clients. */
  stopSignal: NodeJS.Signals;
  env?: NodeJS.ProcessEnv;
}

/** A database server that runs as our child, and not longer than we do. */
export interface StoreProcess {
  readonly pid: number;
  /** Resolves when the process has ended, whatever ended it. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** Stops it, by force after 30 seconds; resolves when it has ended. */
  stop(): Promise<void>;
  /** The end of its log, for an error that has to say why it did not start. */
  logTail(): Promise<string>;
}

/** @throws Error when the command cannot be spawned. */
export async function spawnStore(options: StoreProcessOptions): Promise<StoreProcess> {
  await rename(options.logFile, `${options.logFile}.1`).catch(ignoreMissing);
  // A file and not a pipe: a store that outlives us for a moment must still be able to write.
  const log = await open(options.logFile, 'w', 0o600);
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['ignore', log.fd, log.fd],
    // In a session of its own, so that Ctrl-C in the terminal does not stop it before those who use it.
    detached: true,
    ...(options.account && { uid: options.account.uid, gid: options.account.gid }),
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  const pid = child.pid as number;
  const watchdog = watch(pid, { signal: options.stopSignal, graceSeconds: GRACE_SECONDS });
  const ended = exited.then(() => watchdog.standDown());
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;

  return {
    pid,
    exited: ended,
    hasExited,
    kill: (signal) => {
      child.kill(signal);
    },
    stop: async () => {
      child.kill(options.stopSignal);
      const force = setTimeout(() => child.kill('SIGKILL'), GRACE_SECONDS * 1_000);
      await ended;
      clearTimeout(force);
    },
    logTail: async () => (await readFile(options.logFile, 'utf8')).slice(-LOG_TAIL_CHARS).trim(),
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
