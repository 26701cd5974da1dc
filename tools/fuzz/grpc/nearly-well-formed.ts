import type { DescField, DescMethod } from '@bufbuild/protobuf';
import fc, { type Arbitrary } from 'fast-check';
import { loneSurrogates, oddText } from '../odd-text.ts';
import { idOf, nounOf } from '../placeholders.ts';
import type { GrpcRequest } from './grpc-request.ts';
import type { WireField, WireMessage, WireValue } from './wire-message.ts';

const oddNumbers: Arbitrary<bigint> = fc.constantFrom(
  0n,
  1n,
  -1n,
  101n,
  1001n,
  1_000_001n,
  2n ** 31n - 1n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 32n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
);

/** Of every wire type: some fit the field and are out of range, the others do not fit. */
const oddValues: Arbitrary<WireValue> = fc.oneof(
  fc.oneof(oddText, loneSurrogates).map((value): WireValue => ({ type: 'text', value })),
  oddNumbers.map((value): WireValue => ({ type: 'varint', value })),
  fc
    .constantFrom(0n, 0x7ff0000000000000n, 0x7ff8000000000001n, 0x8000000000000000n, 2n ** 64n - 1n)
    .map((value): WireValue => ({ type: 'fixed64', value })),
  fc.nat().map((value): WireValue => ({ type: 'fixed32', value })),
  fc.uint8Array({ maxLength: 30 }).map((value): WireValue => ({ type: 'bytes', value })),
  // seconds and nanos of a Timestamp or a Duration
  fc.tuple(oddNumbers, oddNumbers).map(
    ([seconds, nanos]): WireValue => ({
      type: 'message',
      value: [
        { name: 'seconds', number: 1, value: { type: 'varint', value: seconds } },
        { name: 'nanos', number: 2, value: { type: 'varint', value: nanos } },
      ],
    }),
  ),
  fc.constant<WireValue>({ type: 'message', value: [] }),
);

/** Well-formed calls in which one thing is wrong. */
export function nearlyWellFormedCalls(method: DescMethod, wellFormed: Arbitrary<GrpcRequest>): Arbitrary<GrpcRequest> {
  const fields = method.input.fields.flatMap((field) => [field, ...(field.message?.fields.length ? [field] : [])]);
  return wellFormed.chain((request) =>
    fc.oneof(
      { weight: 6, arbitrary: fields.length > 0 ? wrongField(request, fields) : unknownField(request) },
      { weight: 1, arbitrary: unknownField(request) },
      { weight: 1, arbitrary: wrongCount(request) },
      { weight: 1, arbitrary: wrongMetadata(request) },
    ),
  );
}

function wrongField(request: GrpcRequest, fields: readonly DescField[]): Arbitrary<GrpcRequest> {
  return fc.tuple(fc.constantFrom(...fields), fc.nat(3)).chain(([field, at]) => {
    const noun = nounOf(field.name);
    const values = noun
      ? fc.oneof(
          idOf(noun, ['other', 'gone']).map((value): WireValue => ({ type: 'text', value })),
          oddValues,
        )
      : oddValues;
    return fc.tuple(values, fc.constantFrom('instead', 'besides', 'without', 'inside')).map(([value, how]) =>
      inOneMessage(request, at, (message) => {
        const others = message.filter(({ number }) => number !== field.number);
        const wrong: WireField = { name: field.name, number: field.number, value };
        switch (how) {
          case 'without':
            return others;
          case 'besides':
            return [...message, wrong];
          case 'inside':
            return message.map((each) => inside(each, field.number, value));
          default:
            return [...others, wrong];
        }
      }),
    );
  });
}

/** The field with the first of its own fields changed. */
function inside(field: WireField, number: number, value: WireValue): WireField {
  if (field.number !== number || field.value.type !== 'message') return field;
  const [first, ...rest] = field.value.value;
  if (!first) return field;
  return { ...field, value: { type: 'message', value: [{ ...first, value }, ...rest] } };
}

function unknownField(request: GrpcRequest): Arbitrary<GrpcRequest> {
  return fc
    .tuple(fc.constantFrom(99, 1000, 19_000, 536_870_911), oddValues)
    .map(([number, value]) => inOneMessage(request, 0, (message) => [...message, { name: 'unknown', number, value }]));
}

/** No message, two where one is due, a stream out of order. */
function wrongCount(request: GrpcRequest): Arbitrary<GrpcRequest> {
  const { messages } = request;
  return fc
    .constantFrom<WireMessage[]>([], [[]], [...messages, ...messages], [[], ...messages], messages.toReversed(), [
      ...messages,
      [],
    ])
    .map((changed) => ({ ...request, messages: changed }));
}

function wrongMetadata(request: GrpcRequest): Arbitrary<GrpcRequest> {
  const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 200 }).map((text) => text.trim());
  return fc
    .oneof(
      fc
        .constantFrom(
          '',
          'Bearer',
          'Bearer a.b',
          'Bearer service.document.x',
          'Bearer service..',
          'Bearer $session.other.0$.secret',
        )
        .map((authorization) => ({ authorization })),
      printable.map((authorization) => ({ authorization })),
      printable.map((id) => ({ 'x-request-id': id })),
      fc.constantFrom('1m', '10m', '100m', '1S', '99999999S').map((timeout) => ({ 'grpc-timeout': timeout })),
      fc.constantFrom('identity,gzip', 'nonsense', '').map((encodings) => ({ 'grpc-accept-encoding': encodings })),
      fc.constantFrom('x', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.').map((assertion) => ({ 'on-behalf-of': assertion })),
      fc
        .constantFrom('application/grpc+proto', 'application/grpc+json', 'application/grpc; charset=utf-8')
        .map((type) => ({ 'content-type': type })),
    )
    .map((headers) => ({ ...request, headers: headers as Record<string, string> }));
}

function inOneMessage(request: GrpcRequest, at: number, change: (message: WireMessage) => WireMessage): GrpcRequest {
  const index = Math.min(at, request.messages.length - 1);
  return {
    ...request,
    messages: request.messages.map((message, each) => (each === index ? change(message) : message)),
  };
}
