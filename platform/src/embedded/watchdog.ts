import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/**
 * Reads a pipe that only the parent holds open. A line means "stand down"; end of file means that the parent is gone,
 * however it went, and then the watched process is asked to stop, and killed when it does not.
 */
const SCRIPT = `
read -r _ && exit 0
kill -s "$2" "$1"
left="$3"
while kill -0 "$1"; do
  [ "$left" -gt 0 ] || exec kill -s KILL "$1"
  left=$((left - 1))
  sleep 1
done
`;

/** Stops one process when ours dies, even by SIGKILL, which no handler of ours would see. */
export interface Watchdog {
  /** Ends the watch. To be called once the watched process has ended, before its id can go to another process. */
  standDown(): Promise<void>;
}

export interface WatchdogOptions {
  /** What asks the process to stop. */
  signal: NodeJS.Signals;
  /** How long it may take before it is killed, in whole seconds. */
  graceSeconds: number;
}

export function watch(pid: number, options: WatchdogOptions): Watchdog {
  const args = ['-c', SCRIPT, 'watchdog', String(pid), options.signal.replace('SIG', ''), String(options.graceSeconds)];
  // Detached: a Ctrl-C in the terminal reaches the whole foreground group, and the watchdog must outlive it.
  const child = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  const exited = once(child, 'exit');
  child.unref();
  (child.stdin as Socket).unref();
  // The shell may be gone already when we tell it to go.
  child.stdin.on('error', () => undefined);

  return {
    standDown: async () => {
      child.ref();
      child.stdin.end('\n');
      await exited;
    },
  };
}
