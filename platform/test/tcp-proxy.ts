import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A stretch of network between a process and a store, whose failures the test decides. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Breaks all connections, and each new one. */
  cut(): void;
  /** Connections stay and new ones come about, but nothing passes through any more. */
  swallow(): void;
  /** New connections pass again; those that were swallowed stay dead. */
  restore(): void;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let mode: 'pass' | 'cut' | 'swallow' = 'pass';

  const server = createServer((near) => {
    if (mode === 'cut') return near.destroy();
    const far = connect(targetPort, '127.0.0.1');
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        for (const each of pair) each.destroy();
        pairs.delete(pair);
      });
    }
    const isDead = () => deadPairs.has(pair);
    near.on('data', (data) => isDead() || far.write(data));
    far.on('data', (data) => isDead() || near.write(data));
    if (mode === 'swallow') deadPairs.add(pair);
  });
  const deadPairs = new WeakSet<[Socket, Socket]>();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const breakAll = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      mode = 'cut';
      breakAll();
    },
    swallow: () => {
      mode = 'swallow';
      for (const pair of pairs) deadPairs.add(pair);
    },
    restore: () => {
      mode = 'pass';
    },
    [Symbol.asyncDispose]: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The URL of a store, by way of the proxy. */
export function through(proxy: TcpProxy, url: string): string {
  const detour = new URL(url);
  detour.port = String(proxy.port);
  return detour.href;
}
