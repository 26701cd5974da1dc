import { type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { longestMs } from '../patience.ts';

/** A gRPC call to the letter. */
export interface RawCall {
  headers: OutgoingHttpHeaders;
  body: Uint8Array;
  pieceBytes?: number;
  cancelAfterMs?: number;
}

export interface RawOutcome {
  /** 200 unless the call never became one of gRPC. */
  httpStatus: number | undefined;
  /** Undefined when the stream ended without one. */
  grpcStatus: number | undefined;
  /** All headers and trailers, as text. */
  told: string;
  /** What broke the call on the way; empty if nothing did. */
  fault: string;
  /** Payloads of the frames that came. */
  messages: Buffer[];
  /** What came is not made of whole frames. */
  isCutOff: boolean;
  /** It went on when the client had enough of it. */
  isOpenEnded: boolean;
}

/** How long a stream of answers is listened to after its first one. */
const streamMs = 400;

/** Makes the call over a connection of its own, which it may break. */
export async function call(
  port: number,
  { headers, body, pieceBytes, cancelAfterMs }: RawCall,
): Promise<RawOutcome | 'timeout'> {
  const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true });
  const session = connect(`http://127.0.0.1:${port}`, { createConnection: () => socket });
  const over = Promise.withResolvers<'closed' | 'timeout' | 'enough'>();
  let fault = '';
  const noteFault = ({ message }: Error) => {
    fault ||= message;
  };
  socket.on('error', noteFault);
  session.on('error', noteFault);
  session.on('close', () => over.resolve('closed'));
  const timers = [setTimeout(() => over.resolve('timeout'), longestMs)];
  const received: Buffer[] = [];
  const told: Record<string, unknown>[] = [];
  try {
    const stream = session.request(headers, { endStream: false });
    stream.on('response', (each) => told.push(each));
    stream.on('trailers', (each) => told.push(each));
    stream.on('error', noteFault);
    stream.on('close', () => over.resolve('closed'));
    stream.on('data', (bytes: Buffer) => {
      if (received.length === 0) timers.push(setTimeout(() => over.resolve('enough'), streamMs));
      received.push(bytes);
    });
    if (cancelAfterMs !== undefined) timers.push(setTimeout(() => stream.close(8), cancelAfterMs));
    await write(stream, Buffer.from(body), pieceBytes);
    const end = await over.promise;
    if (end === 'timeout') return 'timeout';
    const fields = Object.fromEntries(told.flatMap((each) => Object.entries(each)));
    return {
      httpStatus: numberOf(fields[':status']),
      grpcStatus: numberOf(fields['grpc-status']),
      told: textOf(fields),
      fault,
      ...framesOf(Buffer.concat(received)),
      isOpenEnded: end === 'enough',
    };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    session.destroy();
    // A port would be taken for a minute otherwise, and there are not so many.
    socket.resetAndDestroy();
  }
}

async function write(stream: ClientHttp2Stream, body: Buffer, pieceBytes = body.length): Promise<void> {
  for (let start = 0; start < body.length && stream.writable; start += pieceBytes) {
    stream.write(body.subarray(start, start + pieceBytes));
    if (pieceBytes < body.length) await new Promise((resolve) => setImmediate(resolve));
  }
  if (stream.writable) stream.end();
}

function framesOf(received: Buffer): { messages: Buffer[]; isCutOff: boolean } {
  const messages: Buffer[] = [];
  let at = 0;
  while (at + 5 <= received.length) {
    const length = received.readUInt32BE(at + 1);
    if (at + 5 + length > received.length) break;
    messages.push(received.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return { messages, isCutOff: at < received.length };
}

function numberOf(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Binary values are shown as what they hold, for a leak may be in them. */
function textOf(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const text = String(value);
      return `${name}: ${name.endsWith('-bin') ? Buffer.from(text, 'base64').toString() : percentDecoded(text)}`;
    })
    .join('\n');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // It was not encoded.
    return text;
  }
}
