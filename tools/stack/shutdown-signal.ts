const PARENT_CHECK_INTERVAL_MS = 500;

/**
 * Aborts when the process is asked to end: by SIGINT (Ctrl-C), SIGTERM, SIGHUP (the terminal closes), or, where
 * `watchParent` is set, by the death of its parent, which SIGKILL leaves no other sign of.
 *
 * Further signals change nothing: npm passes Ctrl-C on to a process that the terminal has sent it to already.
 */
export function shutdownSignal({ watchParent }: { watchParent: boolean }): AbortSignal {
  const shutdown = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => shutdown.abort());
  if (watchParent) {
    const parent = process.ppid;
    const check = setInterval(() => {
      if (process.ppid !== parent) shutdown.abort();
    }, PARENT_CHECK_INTERVAL_MS);
    check.unref();
  }
  return shutdown.signal;
}
