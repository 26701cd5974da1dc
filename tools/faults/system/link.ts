import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a TCP server that can be cut or stalled while the server itself is well. */
export interface Link {
  readonly port: number;
  /** Breaks all connections and refuses new ones. */
  cut(): void;
  /** Holds back everything, in both directions, until it is mended; connections stay open. */
  stall(): void;
  /** What was held back arrives late. */
  mend(): void;
}

/**
 * Opens a link in this thread.
 *
 * @param targetPort where the server listens on the loopback address
 */
export async function openLinkHere(targetPort: number): Promise<Link> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'open' | 'stalled' | 'cut' = 'open';

  const server = createServer({ noDelay: true }, (near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near]] as const) {
      from.on('data', (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => {
        if (state !== 'stalled') from.resume();
      });
      // The other side learns of it by the close that follows.
      from.on('error', () => from.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      if (state === 'stalled') from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const breakAll = () => {
    for (const socket of [...pairs].flat()) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      state = 'cut';
      breakAll();
    },
    stall: () => {
      state = 'stalled';
      for (const socket of [...pairs].flat()) socket.pause();
    },
    mend: () => {
      state = 'open';
      for (const socket of [...pairs].flat()) socket.resume();
    },
  };
}
