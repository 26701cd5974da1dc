import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  body: string;
}

interface Connection {
  socket: Socket;
  /** Undefined while it is idle. */
  answered: ((answer: Answer | undefined) => void) | undefined;
  received: string;
}

const statusAt = 'HTTP/1.1 '.length;
/** As the gateway writes it. */
const contentLength = '\r\ncontent-length: ';

/**
 * Connections to an HTTP server that are used again, one request at a time on each. It knows just enough of HTTP for
 * answers with a Content-Length in ASCII, because whoever offers many times what a server can take must not need many
 * times its processor.
 */
export class HttpConnections implements Disposable {
  readonly #port: number;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();

  constructor(port: number) {
    this.#port = port;
  }

  /** Whether one of them waits for no answer. */
  get hasRoom(): boolean {
    return this.#idle.length > 0;
  }

  /**
   * Opens so many, one after the other: a server's queue of those that it has not accepted yet is short. Something is asked
   * on each, because a server soon closes a connection on which nothing ever was, perhaps as a request comes.
   *
   * @throws when one cannot be opened, or is not answered with 200
   */
  async open(count: number, request: string): Promise<void> {
    for (let opened = 0; opened < count; opened += 1) {
      const connection = this.#connection();
      await once(connection.socket, 'connect');
      this.#idle.push(connection);
      const answer = await this.send(request);
      if (answer?.status !== 200) throw new Error(`a new connection was answered with ${answer?.status ?? 'nothing'}`);
    }
  }

  /** @returns undefined when the connection broke, or there was none */
  send(request: string): Promise<Answer | undefined> {
    const connection = this.#idle.pop();
    if (!connection) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    connection.answered = resolve;
    connection.socket.write(request);
    return promise;
  }

  [Symbol.dispose](): void {
    for (const { socket } of this.#all) socket.destroy();
  }

  #connection(): Connection {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    const connection: Connection = { socket, answered: undefined, received: '' };
    this.#all.add(connection);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#receive(connection, text));
    // What becomes of it is told by its closing.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#all.delete(connection);
      const at = this.#idle.indexOf(connection);
      if (at >= 0) this.#idle.splice(at, 1);
      connection.answered?.(undefined);
    });
    return connection;
  }

  #receive(connection: Connection, text: string): void {
    connection.received += text;
    const { received, answered } = connection;
    const bodyAt = received.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) return;
    const length = lengthOf(received, bodyAt);
    if (received.length < bodyAt + length) return;
    connection.received = '';
    connection.answered = undefined;
    this.#idle.push(connection);
    answered?.({ status: Number(received.slice(statusAt, statusAt + 3)), body: received.slice(bodyAt) });
  }
}

function lengthOf(received: string, bodyAt: number): number {
  const at = received.indexOf(contentLength);
  return at < 0 || at > bodyAt ? 0 : Number.parseInt(received.slice(at + contentLength.length, bodyAt), 10);
}
