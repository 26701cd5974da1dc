import { connect, type Socket } from 'node:net';
import { longestMs } from '../patience.ts';

/** A request to the letter: nothing is escaped, completed or refused on the way out. */
export interface RawRequest {
  /** The head with its line ends, in Latin-1. */
  head: string;
  body: Uint8Array;
  /** Hangs up after so many bytes of head and body. */
  hangUpAfter?: number;
  /** Sends the body in pieces of so many bytes. */
  pieceBytes?: number;
}

export interface RawAnswer {
  status: number;
  /** By lower-case name; the last one counts. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
  /** It went on when the client had enough of it. */
  isOpenEnded: boolean;
}

/** How long a stream is listened to. */
const streamMs = 400;

const stream = 'it goes on and on';
const ended = 'the connection ended without an answer';
export const inVain = 'no answer in time';

/** @returns the answer, or why there is none */
export async function sendRaw(port: number, request: RawRequest): Promise<RawAnswer | string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const received: Buffer[] = [];
  const over = Promise.withResolvers<string>();
  let head: Head | undefined;
  let timer = setTimeout(() => over.resolve(inVain), longestMs);
  socket.on('error', ({ message }) => over.resolve(message));
  socket.on('close', () => over.resolve(ended));
  socket.on('data', (bytes: Buffer) => {
    received.push(bytes);
    if (!head) {
      head = parseHead(Buffer.concat(received));
      if (!head) return;
      clearTimeout(timer);
      const isStream = head.headers.get('content-type')?.startsWith('text/event-stream') === true;
      timer = setTimeout(() => over.resolve(isStream ? stream : inVain), isStream ? streamMs : longestMs);
    }
    if (isComplete(head, received)) over.resolve(ended);
  });
  write(socket, request).catch(over.reject);
  try {
    const end = await over.promise;
    if (!head || end === inVain) return end;
    const { status, headers, bytes } = head;
    const body = bodyOf(headers, Buffer.concat(received).subarray(bytes));
    return { status, headers, body, isOpenEnded: end === stream };
  } finally {
    clearTimeout(timer);
    // A port would be taken for a minute otherwise, and there are not so many.
    socket.resetAndDestroy();
  }
}

async function write(socket: Socket, { head, body, hangUpAfter, pieceBytes }: RawRequest): Promise<void> {
  const all = Buffer.concat([Buffer.from(head, 'latin1'), body]);
  if (hangUpAfter !== undefined) {
    socket.write(all.subarray(0, hangUpAfter));
    await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    return;
  }
  if (pieceBytes === undefined) {
    socket.write(all);
    return;
  }
  for (let start = 0; start < all.length && !socket.destroyed; start += pieceBytes) {
    socket.write(all.subarray(start, start + pieceBytes));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

interface Head {
  status: number;
  headers: ReadonlyMap<string, string>;
  /** How long it is, the empty line included. */
  bytes: number;
}

function parseHead(received: Buffer): Head | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [statusLine = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1] ?? Number.NaN);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  // An interim answer, such as 100 Continue, comes before the answer.
  if (status >= 100 && status < 200 && status !== 101) {
    const rest = parseHead(received.subarray(end + 4));
    return rest && { ...rest, bytes: rest.bytes + end + 4 };
  }
  return { status, headers, bytes: end + 4 };
}

function isComplete({ status, headers, bytes }: Head, received: readonly Buffer[]): boolean {
  if (status === 204 || status === 304) return true;
  const length = received.reduce((sum, each) => sum + each.length, 0) - bytes;
  const declared = headers.get('content-length');
  if (declared !== undefined) return length >= Number(declared);
  if (headers.get('transfer-encoding') !== 'chunked') return false;
  const tail = Buffer.concat(received.slice(-2));
  return tail.subarray(-5).toString('latin1') === '0\r\n\r\n';
}

function bodyOf(headers: ReadonlyMap<string, string>, raw: Buffer): Buffer {
  // What comes after it answers what came after the request.
  if (headers.get('transfer-encoding') !== 'chunked')
    return raw.subarray(0, Number(headers.get('content-length') ?? raw.length));
  const chunks: Buffer[] = [];
  for (let at = 0; at < raw.length; ) {
    const lineEnd = raw.indexOf('\r\n', at);
    const length = Number.parseInt(raw.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd === -1 || !(length > 0)) break;
    chunks.push(raw.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return Buffer.concat(chunks);
}
