import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { StartError } from './start-error.ts';

interface PackageManager {
  command: string;
  /** Shell commands, run as root where `asRoot`. */
  script: string;
  asRoot: boolean;
}

/**
 * Debian starts and enables what it installs. A policy that refuses starts holds for the time of the installation, and
 * the service is disabled after it, so that all that is new is a program that nobody runs.
 */
const DEBIAN_SCRIPT = `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
# Without a network, the lists and packages that are here may do.
apt-get -q update || true
apt-get -q -y --no-install-recommends install redis-server
update-rc.d redis-server disable
`;

const packageManagers: readonly PackageManager[] = [
  { command: 'apt-get', script: DEBIAN_SCRIPT, asRoot: true },
  { command: 'dnf', script: 'dnf -y install redis || dnf -y install valkey', asRoot: true },
  { command: 'apk', script: 'apk add redis || apk add valkey', asRoot: true },
  { command: 'brew', script: 'brew install redis', asRoot: false },
];

export interface InstallOptions {
  /** Directories, as in the environment variable PATH. */
  searchPath: string;
  report: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Installs Redis with the system's package manager, without its service being started or enabled.
 *
 * @throws {StartError} saying what to do by hand, when there is no package manager, no right to use it, or it fails.
 */
export async function installRedis({ searchPath, report, signal }: InstallOptions): Promise<void> {
  const manager = await findPackageManager(searchPath);
  if (manager === undefined) {
    const known = packageManagers.map(({ command }) => command).join(', ');
    throw new StartError(`Cannot install Redis: none of ${known} is here. Install Redis 7 or later yourself.`);
  }
  const becomeRoot = manager.asRoot && process.getuid?.() !== 0 ? ['sudo', '-n'] : [];
  report(`Installing Redis with ${[...becomeRoot, manager.command].join(' ')}; its own service will not be started.`);
  const exitCode = await runScript([...becomeRoot, '/bin/sh', '-c', manager.script], signal);
  if (exitCode !== 0) {
    const hint =
      becomeRoot.length > 0 ? 'Run it as root, or with a sudo that asks for no password' : 'See above for why';
    throw new StartError(`Redis could not be installed with ${manager.command}. ${hint}, or install it yourself.`);
  }
}

async function findPackageManager(searchPath: string): Promise<PackageManager | undefined> {
  for (const manager of packageManagers) {
    if (await isOnPath(manager.command, searchPath)) return manager;
  }
  return undefined;
}

async function isOnPath(command: string, searchPath: string): Promise<boolean> {
  for (const directory of searchPath.split(delimiter)) {
    try {
      await access(join(directory, command), constants.X_OK);
      return true;
    } catch {
      // Not here: the next directory may have it.
    }
  }
  return false;
}

/** @returns the exit code, 127 when the command does not exist. */
async function runScript([command = '', ...args]: readonly string[], signal: AbortSignal | undefined): Promise<number> {
  // What it prints is for the person who waits; to standard error, because ours is the output.
  const child = spawn(command, args, { stdio: ['ignore', process.stderr, process.stderr], ...(signal && { signal }) });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 127;
    throw error;
  }
}
