import { invalidArgument } from '@contract-reviewer/platform/errors';
import type { UploadDocumentRequest, UploadHeader } from '@contract-reviewer/proto/document/v1/document';

export interface UploadStream {
  header: UploadHeader;
  chunks: AsyncIterable<Uint8Array>;
}

/**
 * Takes an upload apart: the header that comes first, and the chunks that follow.
 *
 * @throws {StatusError} INVALID_ARGUMENT when it does not begin with a header; reading the chunks does, when something
 *   else comes among them
 */
export async function readUpload(requests: AsyncIterable<UploadDocumentRequest>): Promise<UploadStream> {
  const rest = requests[Symbol.asyncIterator]();
  const first = await rest.next();
  const part = first.done ? undefined : first.value.part;
  if (part?.$case !== 'header') {
    throw invalidArgument([{ field: 'header', description: 'must be in the first message of the upload' }]);
  }
  return { header: part.value, chunks: chunksOf({ [Symbol.asyncIterator]: () => rest }) };
}

async function* chunksOf(requests: AsyncIterable<UploadDocumentRequest>): AsyncIterable<Uint8Array> {
  for await (const { part } of requests) {
    if (part?.$case !== 'chunk') {
      throw invalidArgument([{ field: 'chunk', description: 'must be in every message after the first' }]);
    }
    yield part.value;
  }
}
