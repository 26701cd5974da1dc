import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename } from 'node:fs/promises';
import type { Account } from './account.ts';
import { watch } from './watchdog.ts';

const LOG_TAIL_CHARS = 2_000;

export interface GuardedProcessOptions {
  command: string;
  args: readonly string[];
  cwd: string;
  /** All of its environment: nothing of ours is handed on. */
  env: NodeJS.ProcessEnv;
  /** Whom it runs as; as us when undefined. */
  account: Account | undefined;
  /** Where its output goes; the file before it is kept with the suffix `.1`. */
  logFile: string;
  /** What asks it to stop in an orderly way. */
  stopSignal: NodeJS.Signals;
  /** How long that may take before it is killed, in whole seconds. */
  graceSeconds: number;
  /** Gives it a standard input that closes when we are gone; otherwise it has none. */
  stdin?: boolean;
}

/** A child that does not outlive us, however we end. */
export interface GuardedProcess {
  readonly pid: number;
  /** Resolves when it has ended, whatever ended it. */
  readonly exited: Promise<void>;
  /** How it ended, as in `exit code 1` or `SIGKILL`; undefined while it runs. */
  exitReason(): string | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to stop and kills it when its time is up; resolves when it has ended. */
  stop(): Promise<void>;
  /** The end of its output, for an error that has to say why it did not start. */
  logTail(): Promise<string>;
}

/** @throws Error when the command cannot be spawned. */
export async function spawnGuarded(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const { account, stopSignal, graceSeconds, logFile } = options;
  await rename(logFile, `${logFile}.1`).catch(ignoreMissing);
  // A file and not a pipe: a child that outlives us for a moment must still be able to write.
  const log = await open(logFile, 'w', 0o600);
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    stdio: [options.stdin ? 'pipe' : 'ignore', log.fd, log.fd],
    // In a session of its own: a Ctrl-C in the terminal must not stop it before those who use it.
    detached: true,
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  const pid = child.pid as number;
  const watchdog = watch(pid, { signal: stopSignal, graceSeconds });
  const exited = ended.then(() => watchdog.standDown());

  return {
    pid,
    exited,
    exitReason: () => child.signalCode ?? (child.exitCode === null ? undefined : `exit code ${child.exitCode}`),
    kill: (signal) => {
      child.kill(signal);
    },
    stop: async () => {
      child.kill(stopSignal);
      const force = setTimeout(() => child.kill('SIGKILL'), graceSeconds * 1_000);
      await exited;
      clearTimeout(force);
    },
    logTail: async () => (await readFile(logFile, 'utf8')).slice(-LOG_TAIL_CHARS).trim(),
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
