import { BinaryReader } from '@bufbuild/protobuf/wire';
import {
  type BatchCallResponse,
  type BatchedResult,
  BatchServiceService,
} from '@contract-reviewer/proto/common/v1/batch';
import { bytesOf, delimitedSize, delimitedTag, varintSize, varintTag, Writer } from './wire.ts';

/**
 * The service of batches, whose responses are written and read without the copies that the generated code makes of the
 * answers inside them: one into a buffer of the right length, and none. What goes over the wire is the same.
 */
export const batchService = {
  batchCall: { ...BatchServiceService.batchCall, responseSerialize: encode, responseDeserialize: decode },
} as const;

/** Tags of `BatchCallResponse` and `BatchedResult`: the field's number and the wire type. */
const tags = {
  results: delimitedTag(1),
  call: varintTag(1),
  response: delimitedTag(2),
  status: delimitedTag(3),
  deferred: varintTag(4),
  cache: delimitedTag(5),
};

function encode({ results }: BatchCallResponse): Buffer {
  const sizes = results.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + 1 + varintSize(size) + size, 0);
  const writer = new Writer(total);
  for (const [index, result] of results.entries()) {
    writer.varint(tags.results).varint(sizes[index] as number);
    write(result, writer);
  }
  return writer.buffer;
}

function sizeOf({ call, outcome, cache }: BatchedResult): number {
  const cacheSize = Buffer.byteLength(cache);
  return (
    (call === 0 ? 0 : 1 + varintSize(call)) + sizeOfOutcome(outcome) + (cache === '' ? 0 : delimitedSize(cacheSize))
  );
}

function sizeOfOutcome(outcome: BatchedResult['outcome']): number {
  if (outcome === undefined) return 0;
  return outcome.$case === 'deferred' ? 2 : delimitedSize(outcome.value.length);
}

function write({ call, outcome, cache }: BatchedResult, writer: Writer): void {
  if (call !== 0) writer.varint(tags.call).varint(call);
  if (outcome?.$case === 'deferred') writer.varint(tags.deferred).varint(outcome.value ? 1 : 0);
  else if (outcome) writer.varint(tags[outcome.$case]).bytes(outcome.value);
  if (cache !== '') writer.varint(tags.cache).bytes(Buffer.from(cache));
}

function decode(message: Buffer): BatchCallResponse {
  const reader = new BinaryReader(message);
  const results: BatchedResult[] = [];
  while (reader.pos < reader.len) {
    const read = reader.uint32();
    if (read === tags.results) results.push(decodeResult(reader));
    else reader.skip(read & 7, read >>> 3);
  }
  return { results };
}

function decodeResult(reader: BinaryReader): BatchedResult {
  const result: BatchedResult = { call: 0, outcome: undefined, cache: '' };
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) {
    const read = reader.uint32();
    switch (read) {
      case tags.call:
        result.call = reader.uint32();
        break;
      case tags.response:
        result.outcome = { $case: 'response', value: bytesOf(reader) };
        break;
      case tags.status:
        result.outcome = { $case: 'status', value: bytesOf(reader) };
        break;
      case tags.deferred:
        result.outcome = { $case: 'deferred', value: reader.bool() };
        break;
      case tags.cache:
        result.cache = reader.string();
        break;
      default:
        reader.skip(read & 7, read >>> 3);
    }
  }
  return result;
}
