import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process that serves. */
export interface Forked extends AsyncDisposable {
  port: number;
  pid: number;
}

/** Runs a module that serves what the message says, tells its port, and ends when it is disconnected. */
export async function startForked(module: URL, message: object): Promise<Forked> {
  const child = fork(module, { stdio: 'inherit' });
  const exited = once(child, 'exit');
  child.send(message);
  const [port] = (await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`${module.pathname} ended with ${code}`))),
  ])) as [number];
  return {
    port,
    pid: child.pid as number,
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
