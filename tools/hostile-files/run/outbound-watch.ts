import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Canary } from '../hostile-file.ts';
import { familyOf } from './process-tree.ts';

const intervalMs = 100;
const listening = '0A';

/**
 * Sees whether processes connect to anything: a listener on this machine to which the files refer, and the kernel's
 * tables of sockets, in which any peer but this machine counts. A connection of less than a tenth of a second may be
 * missed in the tables, one to the listener is not.
 */
export class OutboundWatch implements AsyncDisposable {
  readonly canary: Canary;
  /** What was seen, each once. */
  readonly connections = new Set<string>();
  readonly #listener: Server;
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  private constructor(listener: Server, roots: readonly number[]) {
    this.#listener = listener;
    this.canary = { url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/` };
    listener.on('connection', (socket) => {
      this.connections.add('the listener that the files refer to');
      socket.destroy();
    });
    this.#timer = setInterval(() => void this.#look(roots), intervalMs);
  }

  /** @param roots process ids: they and all below them are watched */
  static async start(roots: readonly number[]): Promise<OutboundWatch> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new OutboundWatch(listener, roots);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#listener.close();
    await once(this.#listener, 'close');
  }

  async #look(roots: readonly number[]): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (const peer of await peersOf(roots)) this.connections.add(peer);
    this.#isLooking = false;
  }
}

/** The addresses outside of this machine that the processes and those below them are connected to. */
async function peersOf(roots: readonly number[]): Promise<string[]> {
  const pids = (await Promise.all(roots.map(familyOf))).flat();
  const [tables, ...inodes] = await Promise.all([remoteSockets(), ...pids.map(socketsOf)]);
  return inodes.flat().flatMap((inode) => tables.get(inode) ?? []);
}

async function socketsOf(pid: number): Promise<string[]> {
  const directory = `/proc/${pid}/fd`;
  // What is closed meanwhile is no connection any more.
  const descriptors = await readdir(directory).catch(() => []);
  const links = await Promise.all(descriptors.map((fd) => readlink(`${directory}/${fd}`).catch(() => '')));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

/** Peers outside of this machine by inode, as the kernel writes them: hexadecimal, in the byte order of the machine. */
async function remoteSockets(): Promise<Map<string, string>> {
  const peers = new Map<string, string>();
  for (const protocol of ['tcp', 'tcp6', 'udp', 'udp6']) {
    // A machine without IPv6 has no table of it.
    const table = await readFile(`/proc/net/${protocol}`, 'utf8').catch(() => '');
    for (const line of table.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [peer = '', state, inode = ''] = [fields[2], fields[3], fields[9]];
      if (state !== listening && !isThisMachine(peer)) peers.set(inode, `${protocol} ${peer}`);
    }
  }
  return peers;
}

/** @param peer an address and a port as in the kernel's tables */
export function isThisMachine(peer: string): boolean {
  const [address = ''] = peer.split(':');
  // 127.0.0.0/8, ::1, the former as IPv6, and no peer at all.
  return /^(?:[\dA-F]{6}7F|0{24}01000000|0{16}0{4}FFFF|0{16}FFFF0000[\dA-F]{6}7F|0{8}|0{32})$/.test(address);
}
