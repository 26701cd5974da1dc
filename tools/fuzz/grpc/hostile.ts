import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import fc, { type Arbitrary } from 'fast-check';
import { frame, type GrpcRequest } from './grpc-request.ts';
import { varint } from './wire-message.ts';

/** Calls that are made to do harm. */
export function hostileCalls(method: DescMethod, wellFormed: Arbitrary<GrpcRequest>): Arbitrary<GrpcRequest> {
  return wellFormed.chain((request) =>
    fc.oneof(
      { weight: 3, arbitrary: hostilePayloads(method.input).map((payload) => ({ ...request, payload })) },
      { weight: 2, arbitrary: hostileFrames(request) },
      { weight: 2, arbitrary: hostileMetadata(request) },
      {
        weight: 1,
        arbitrary: fc.nat(20).map((cancelAfterMs) => ({ ...request, cancelAfterMs, mayGoUnanswered: true })),
      },
      { weight: 1, arbitrary: fc.constantFrom(1, 3, 5, 6).map((pieceBytes) => ({ ...request, pieceBytes })) },
    ),
  );
}

const mebibyte = 2 ** 20;
const tag = (number: number, wireType: number) => varint((BigInt(number) << 3n) | BigInt(wireType));
const delimited = (number: number, bytes: Uint8Array) =>
  Buffer.concat([tag(number, 2), varint(BigInt(bytes.length)), bytes]);

function hostilePayloads({ fields }: DescMessage): Arbitrary<Uint8Array> {
  const numbers = fc.constantFrom(1, ...fields.map(({ number }) => number));
  const structField = fields.find(({ message }) => message?.typeName === 'google.protobuf.Struct')?.number;
  return fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.constantFrom(
      Buffer.from([0x08]),
      Buffer.from([0x0a, 0x7f]),
      Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
      Buffer.from([0x00, 0x01]),
      Buffer.from([0x0f]),
      Buffer.alloc(11, 0xff),
      Buffer.concat([Buffer.from([0x08]), Buffer.alloc(15, 0x80), Buffer.from([0x01])]),
      Buffer.from([0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
      // groups: one that never ends, one that never began, a thousand in each other
      Buffer.from([0x0b]),
      Buffer.from([0x0c]),
      Buffer.alloc(1000, 0x0b),
    ),
    fc.constant(100_000).map((count) => described(Buffer.alloc(count, 0x0b), `${count} groups in each other`)),
    numbers.map((number) => delimited(number, Buffer.from([0xc0, 0x80, 0xed, 0xa0, 0x80, 0xff, 0xfe]))),
    fc
      .tuple(numbers, fc.constantFrom(0, 1, 3, 4, 5, 6, 7), fc.uint8Array({ maxLength: 12 }))
      .map(([number, wireType, rest]) => Buffer.concat([tag(number, wireType), rest])),
    fc
      .tuple(numbers, fc.constantFrom(1000, 20_000))
      .map(([number, count]) =>
        described(
          Buffer.concat(Array.from({ length: count }, () => delimited(number, Buffer.from('read')))),
          `field ${number}, ${count} times`,
        ),
      ),
    fc
      .tuple(numbers, fc.constantFrom(100_000, 4_000_000))
      .map(([number, length]) =>
        described(delimited(number, Buffer.alloc(length, 'x')), `field ${number}, ${length} bytes`),
      ),
    fc
      .tuple(fc.constant(structField ?? 1), fc.constantFrom(50, 200, 1000, 10_000))
      .map(([number, levels]) =>
        described(delimited(number, deepStruct(levels)), `field ${number}, ${levels} Structs deep`),
      ),
  );
}

/** Structs in each other, each of which is the value of the only field of the one around it. */
function deepStruct(levels: number): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  const around = (head: Buffer) => {
    parts.push(head);
    length += head.length;
  };
  for (let level = 0; level < levels; level += 1) {
    // Value.struct_value, then the entry's key and value, then Struct.fields; from the inside out.
    around(Buffer.concat([tag(5, 2), varint(BigInt(length))]));
    around(Buffer.concat([delimited(1, Buffer.from('a')), tag(2, 2), varint(BigInt(length))]));
    around(Buffer.concat([tag(1, 2), varint(BigInt(length))]));
  }
  return Buffer.concat(parts.reverse());
}

function hostileFrames(request: GrpcRequest): Arbitrary<GrpcRequest> {
  const head = (flag: number, length: number) => {
    const bytes = Buffer.alloc(5);
    bytes.writeUInt8(flag, 0);
    bytes.writeUInt32BE(length, 1);
    return bytes;
  };
  const text = Buffer.from('none');
  const withBody = (body: Uint8Array): GrpcRequest => ({ ...request, body, mayGoUnanswered: true });
  return fc.oneof(
    fc
      .constantFrom(
        () => withBody(Buffer.alloc(0)),
        () => withBody(Buffer.from([0])),
        () => withBody(head(0, 100)),
        () => withBody(Buffer.concat([head(0, 100), text])),
        () => withBody(Buffer.concat([head(0, 0xffff_ffff), text])),
        () => withBody(Buffer.concat([head(0, 5 * mebibyte), text])),
        () => withBody(Buffer.concat([head(7, 4), text])),
        () => withBody(Buffer.concat([head(1, 4), text])),
        () => withBody(Buffer.concat(Array.from({ length: 1000 }, () => head(0, 0)))),
        () => withBody(described(frame(Buffer.alloc(5 * mebibyte)), 'a frame of 5 MiB')),
        () => ({ ...request, compression: 'gzip' as const }),
        () => ({ ...request, compression: 'gzip without saying' as const, mayGoUnanswered: true }),
        () => ({ ...request, compression: 'said without being' as const, mayGoUnanswered: true }),
        () => ({
          ...request,
          compression: 'gzip' as const,
          payload: described(Buffer.alloc(50 * mebibyte), '50 MiB of zeros'),
          mayGoUnanswered: true,
        }),
        () => ({ ...request, headers: { 'grpc-encoding': 'brotli' } }),
        () => ({ ...request, headers: { 'grpc-encoding': 'deflate' } }),
      )
      .map((make) => make()),
    fc.uint8Array({ maxLength: 200 }).map(withBody),
  );
}

/** Bytes that are too many to be printed. */
function described<Bytes extends Uint8Array>(bytes: Bytes, description: string): Bytes {
  return Object.assign(bytes, { [fc.toStringMethod]: () => description });
}

function hostileMetadata(request: GrpcRequest): Arbitrary<GrpcRequest> {
  return fc
    .constantFrom<Record<string, string>>(
      { 'grpc-timeout': '0n' },
      { 'grpc-timeout': '1n' },
      { 'grpc-timeout': '99999999H' },
      { 'grpc-timeout': '-1S' },
      { 'grpc-timeout': 'soon' },
      { 'grpc-timeout': '' },
      { 'grpc-timeout': '123456789012S' },
      { 'x-large': 'x'.repeat(7000) },
      { 'x-large': 'x'.repeat(60_000) },
      { authorization: `Bearer ${'x'.repeat(30_000)}` },
      { 'x-broken-bin': '***' },
      { 'x-request-id': 'a","level":60' },
      { 'x-user-id': '$user.other.0$', 'x-forwarded-for': '127.0.0.1' },
      { 'content-type': 'application/json' },
      { 'content-type': 'text/plain' },
      { ':method': 'GET' },
      { ':method': 'OPTIONS' },
      { ':path': '/' },
      { ':path': '//' },
      { ':path': '/contractreviewer.session.v1.SessionService/__proto__' },
      { ':path': '/constructor/toString' },
      { ':path': `/${'x'.repeat(5000)}` },
      Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x-${index}`, 'x'])),
    )
    .map((headers) => ({ ...request, headers, mayGoUnanswered: true }));
}
