import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { readDocument } from './document-reader.ts';
import { documentPipe, type ReaderMessage, type ReadRequest } from './reader-messages.ts';

/** Often enough that a document is not ended for text that was not reported yet. */
const progressEveryChars = 20_000;

/**
 * The program of a process that reads documents: one at a time, from a pipe, without access to the network, and to no
 * file but its own code. See reader-process.ts.
 */
function main(): void {
  const documents = new Socket({ fd: documentPipe, readable: true, writable: false });
  process.on('message', (request: ReadRequest) => void answer(documents, request));
  process.on('disconnect', () => process.exit());
  send({ kind: 'ready' });
}

async function answer(documents: Readable, { contentType, sizeBytes, limits }: ReadRequest): Promise<void> {
  const bytes = await receive(documents, sizeBytes);
  let reported = 0;
  const onProgress = (chars: number) => {
    if (chars - reported < progressEveryChars) return;
    reported = chars;
    send({ kind: 'progress', chars });
  };
  send({ kind: 'result', result: await readDocument({ bytes, contentType }, limits, onProgress) });
}

/** The next so many bytes. */
async function receive(source: Readable, length: number): Promise<Buffer<ArrayBuffer>> {
  // Not from the pool that small buffers share: PDF.js takes the memory over.
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let offset = 0; offset < length; ) {
    const chunk = source.read() as Buffer | null;
    if (chunk) offset += chunk.copy(bytes, offset);
    else await new Promise((resolve) => source.once('readable', resolve));
  }
  return bytes;
}

function send(message: ReaderMessage): void {
  process.send?.(message);
}

main();
