import type { Readable } from 'node:stream';
import { StatusError } from '@contract-reviewer/platform/errors';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { discardBody } from './discarded-body.ts';
import { parseJson, refuseUnsafeJson } from './json-body.ts';

/** A form with one file, whose bytes are still on their way. */
export interface UploadForm extends Disposable {
  filename: string;
  metadata: Record<string, unknown> | undefined;
  /**
   * The file as it arrives; nothing is read ahead of the consumer. It ends only after the whole form has proved good,
   * so who commits at the end commits no half.
   *
   * @throws {StatusError} INVALID_ARGUMENT for a bad form, RESOURCE_EXHAUSTED for a file that is too large
   */
  content: AsyncIterable<Buffer>;
}

const maxMetadataBytes = 64 * 1024;
const maxPartHeaderBytes = 8 * 1024;
const chunkBytes = 64 * 1024;

/**
 * Reads a form up to the file: `metadata`, a JSON object, may come before it and nothing after it, because the file is
 * passed on while it arrives and what comes after would come too late.
 *
 * Disposing discards what was not read, so that the client can finish sending and hear the answer.
 *
 * @throws {StatusError} INVALID_ARGUMENT for a bad form
 */
export async function readUploadForm(request: FastifyRequest, maxFileBytes: number): Promise<UploadForm> {
  using stack = new DisposableStack();
  const discard = () => discardBody(request.raw);
  stack.defer(discard);
  if (!request.isMultipart()) {
    throw new StatusError('INVALID_ARGUMENT', 'Send the file as multipart/form-data.', {
      reason: 'UNSUPPORTED_MEDIA_TYPE',
    });
  }

  const parts = partsOf(request, maxFileBytes);
  let metadata: Record<string, unknown> | undefined;
  for (let part = await parts.next(); !part.done; part = await parts.next()) {
    if (part.value.type === 'file') {
      const file = fileOf(part.value);
      stack.move();
      return {
        filename: file.filename,
        metadata,
        content: contentOf(file.file, parts, maxFileBytes),
        [Symbol.dispose]: () => {
          file.file.destroy();
          discard();
        },
      };
    }
    if (part.value.fieldname === 'file') throw badForm('"file" has to be a file, with a filename.');
    if (part.value.fieldname !== 'metadata' || metadata !== undefined) throw unexpectedPart(part.value.fieldname);
    metadata = parseMetadata(part.value.value, part.value.valueTruncated);
  }
  throw badForm('The form has no part "file".');
}

async function* contentOf(
  file: Readable & { truncated?: boolean },
  parts: AsyncGenerator<Multipart>,
  maxFileBytes: number,
): AsyncGenerator<Buffer> {
  try {
    for await (const bytes of file as AsyncIterable<Buffer>) {
      for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
    }
  } catch (error) {
    throw asBadForm(error);
  }
  if (file.truncated) throw fileTooLarge(maxFileBytes);

  const next = await parts.next();
  if (next.done) return;
  throw next.value.fieldname === 'metadata'
    ? badForm('Send "metadata" before "file": the file is passed on while it arrives.')
    : unexpectedPart(next.value.fieldname);
}

/** The parts of the form, with the parser's errors in our words. */
async function* partsOf(request: FastifyRequest, maxFileBytes: number): AsyncGenerator<Multipart> {
  const limits = {
    fieldNameSize: 100,
    fieldSize: maxMetadataBytes,
    fileSize: maxFileBytes,
    headerPairs: 20,
    headerSize: maxPartHeaderBytes,
  };
  try {
    yield* request.parts({ limits });
  } catch (error) {
    throw asBadForm(error);
  }
}

function fileOf(part: MultipartFile): MultipartFile {
  if (part.fieldname !== 'file') throw unexpectedPart(part.fieldname);
  if (!part.filename) throw badForm('The part "file" has no filename.');
  return part;
}

function parseMetadata(value: unknown, isTruncated: boolean): Record<string, unknown> {
  if (isTruncated) throw badForm(`"metadata" is larger than ${maxMetadataBytes} bytes.`);
  const metadata = typeof value === 'string' ? parseJson(value, '"metadata"') : refuseUnsafeJson(value, '"metadata"');
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw badForm('"metadata" has to be a JSON object.');
  }
  return metadata as Record<string, unknown>;
}

/** What a form may weigh besides its file. */
const formOverheadBytes = maxMetadataBytes + 16 * 1024;

/**
 * Refuses a form that says itself that it is too large, before it is sent.
 *
 * @throws {StatusError} RESOURCE_EXHAUSTED
 */
export function refuseLargeForm(request: FastifyRequest, maxFileBytes: number): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length <= maxFileBytes + formOverheadBytes) return;
  discardBody(request.raw);
  throw fileTooLarge(maxFileBytes);
}

function fileTooLarge(maxFileBytes: number): StatusError {
  return new StatusError(
    'RESOURCE_EXHAUSTED',
    `The file is larger than ${Math.round(maxFileBytes / 2 ** 18) / 4} MiB, which is the limit.`,
    {
      reason: 'FILE_TOO_LARGE',
      metadata: { max_bytes: String(maxFileBytes) },
    },
  );
}

function unexpectedPart(name: string): StatusError {
  return badForm(`The part "${name}" is one too many: a form holds "metadata", if it wants to, and then one "file".`);
}

function badForm(message: string, cause?: unknown): StatusError {
  return new StatusError('INVALID_ARGUMENT', message, { reason: 'INVALID_FORM', cause });
}

function asBadForm(error: unknown): StatusError {
  return error instanceof StatusError ? error : badForm('The form is not well-formed multipart/form-data.', error);
}
