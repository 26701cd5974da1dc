import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import {
  type BatchCallResponse,
  type BatchedResult,
  BatchServiceService,
} from '@contract-reviewer/proto/common/v1/batch';

/**
 * The service of batches, whose responses are written and read without the copies that the generated code makes of the
 * answers inside them: one into a buffer of the right length, and none. What goes over the wire is the same.
 */
export const batchService = {
  batchCall: { ...BatchServiceService.batchCall, responseSerialize: encode, responseDeserialize: decode },
} as const;

/** Tags of `BatchCallResponse` and `BatchedResult`: the field's number and the wire type. */
const tags = {
  results: tag(1, WireType.LengthDelimited),
  call: tag(1, WireType.Varint),
  response: tag(2, WireType.LengthDelimited),
  status: tag(3, WireType.LengthDelimited),
  deferred: tag(4, WireType.Varint),
  cache: tag(5, WireType.LengthDelimited),
};

function tag(field: number, wireType: WireType): number {
  return (field << 3) | wireType;
}

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
  return (call === 0 ? 0 : 1 + varintSize(call)) + sizeOfOutcome(outcome) + (cache === '' ? 0 : sizeOfBytes(cacheSize));
}

function sizeOfOutcome(outcome: BatchedResult['outcome']): number {
  if (outcome === undefined) return 0;
  return outcome.$case === 'deferred' ? 2 : sizeOfBytes(outcome.value.length);
}

function sizeOfBytes(length: number): number {
  return 1 + varintSize(length) + length;
}

function write({ call, outcome, cache }: BatchedResult, writer: Writer): void {
  if (call !== 0) writer.varint(tags.call).varint(call);
  if (outcome?.$case === 'deferred') writer.varint(tags.deferred).varint(outcome.value ? 1 : 0);
  else if (outcome) writer.varint(tags[outcome.$case]).bytes(outcome.value);
  if (cache !== '') writer.varint(tags.cache).bytes(Buffer.from(cache));
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

class Writer {
  readonly buffer: Buffer;
  #position = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  varint(value: number): this {
    let rest = value;
    while (rest > 0x7f) {
      this.buffer[this.#position++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.#position++] = rest;
    return this;
  }

  bytes(value: Buffer): this {
    this.varint(value.length);
    value.copy(this.buffer, this.#position);
    this.#position += value.length;
    return this;
  }
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

/** A part of the message, not a copy of it. */
function bytesOf(reader: BinaryReader): Buffer {
  const bytes = reader.bytes();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
