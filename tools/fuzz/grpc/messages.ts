import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import fc, { type Arbitrary } from 'fast-check';
import { mostly, textNamed } from '../named-text.ts';
import type { WireField, WireMessage, WireValue } from './wire-message.ts';

/** The words that a field takes, by its name. In the protos they are plain text. */
export type Vocabulary = ReadonlyMap<string, readonly string[]>;

const deepest = 3;

/** Messages that the descriptor and the comments of the protos allow. */
export function messagesOf(message: DescMessage, vocabulary: Vocabulary, depth = 0): Arbitrary<WireMessage> {
  if (message.typeName === 'google.protobuf.Timestamp') return timestamps;
  if (message.typeName === 'google.protobuf.Duration') return durations;
  if (message.typeName === 'google.protobuf.Struct') return structs(0);
  const members = message.members.map((member): Arbitrary<WireMessage> => {
    if (member.kind === 'field') return fieldsOf(member, vocabulary, depth);
    return fc.oneof(...member.fields.map((field) => fieldsOf(field, vocabulary, depth)));
  });
  return fc.tuple(...members).map((fields) => fields.flat());
}

/** Streams as their comments want them: what comes first in a choice is sent first, and then what comes last in it. */
export function streamsOf(message: DescMessage, vocabulary: Vocabulary): Arbitrary<WireMessage[]> {
  const [choice] = message.oneofs;
  const [first] = choice?.fields ?? [];
  const last = choice?.fields.at(-1);
  if (!first || !last) return fc.array(messagesOf(message, vocabulary), { minLength: 1, maxLength: 5 });
  const only = (field: DescField) =>
    valuesOf(field, vocabulary, 0).map((value): WireMessage => [{ name: field.name, number: field.number, value }]);
  return fc
    .tuple(only(first), fc.array(only(last), { minLength: 1, maxLength: 4 }))
    .map(([opening, others]) => [opening, ...others]);
}

function fieldsOf(field: DescField, vocabulary: Vocabulary, depth: number): Arbitrary<WireMessage> {
  const one = (values: Arbitrary<WireValue>, length: { min: number; max: number }) =>
    fc
      .array(values, { minLength: length.min, maxLength: length.max })
      .map((list) => list.map((value): WireField => ({ name: field.name, number: field.number, value })));
  if (depth >= deepest) return fc.constant([]);
  const values = valuesOf(field, vocabulary, depth);
  if (field.fieldKind === 'list') return one(values, { min: 0, max: 4 });
  if (field.fieldKind === 'map') return fc.constant([]);
  // What is there and may be absent is there more often than not.
  return fc.oneof({ weight: 4, arbitrary: one(values, { min: 1, max: 1 }) }, { weight: 1, arbitrary: fc.constant([]) });
}

function valuesOf(field: DescField, vocabulary: Vocabulary, depth: number): Arbitrary<WireValue> {
  if (field.message) {
    return messagesOf(field.message, vocabulary, depth + 1).map((value) => ({ type: 'message', value }));
  }
  if (field.enum) {
    return fc.constantFrom(...field.enum.values).map(({ number }) => ({ type: 'varint', value: BigInt(number) }));
  }
  switch (field.scalar) {
    case ScalarType.STRING:
      return textsOf(field.name, vocabulary).map((value) => ({ type: 'text', value }));
    case ScalarType.BYTES:
      return mostly(
        fc.string({ minLength: 1, maxLength: 200 }).map((text): Uint8Array => Buffer.from(text)),
        fc.uint8Array({ maxLength: 2000 }),
      ).map((value) => ({ type: 'bytes', value }));
    case ScalarType.BOOL:
      return fc.boolean().map((value) => ({ type: 'varint', value: value ? 1n : 0n }));
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return fc.bigInt(0n, 2n ** 64n - 1n).map((value) => ({ type: 'fixed64', value }));
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return fc.nat().map((value) => ({ type: 'fixed32', value }));
    default:
      return mostly(fc.integer({ min: 1, max: 100 }), fc.nat()).map((value) => ({
        type: 'varint',
        value: BigInt(value),
      }));
  }
}

function textsOf(name: string, vocabulary: Vocabulary): Arbitrary<string> {
  const any = textNamed(name, { minLength: 1, maxLength: 40 });
  const words = vocabulary.get(name);
  return words ? mostly(fc.constantFrom(...words), any) : any;
}

/** Of the years 1990 to 2090. */
const timestamps: Arbitrary<WireMessage> = fc
  .tuple(fc.integer({ min: 631_152_000, max: 3_786_912_000 }), fc.nat(999_999_999))
  .map(([seconds, nanos]) => [varintField('seconds', 1, seconds), varintField('nanos', 2, nanos)]);

/** So short that nobody waits for long. */
const durations: Arbitrary<WireMessage> = fc.nat(500_000_000).map((nanos) => [varintField('nanos', 2, nanos)]);

function structs(depth: number): Arbitrary<WireMessage> {
  const scalar = fc.oneof(
    fc.constant<WireField>(varintField('null_value', 1, 0)),
    fc
      .bigInt(0n, 2n ** 63n)
      .map((value): WireField => ({ name: 'number_value', number: 2, value: { type: 'fixed64', value } })),
    fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .map((value): WireField => ({ name: 'string_value', number: 3, value: { type: 'text', value } })),
  );
  const nested = structValues(depth);
  return fc
    .array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }), fc.oneof(scalar, nested)), {
      maxLength: 3,
    })
    .map((entries) =>
      entries.map(
        ([key, value]): WireField => ({
          name: 'fields',
          number: 1,
          value: {
            type: 'message',
            value: [
              { name: 'key', number: 1, value: { type: 'text', value: key } },
              { name: 'value', number: 2, value: { type: 'message', value: [value] } },
            ],
          },
        }),
      ),
    );
}

function structValues(depth: number): Arbitrary<WireField> {
  if (depth >= deepest) return fc.constant(varintField('bool_value', 4, 1));
  return structs(depth + 1).map((value) => ({ name: 'struct_value', number: 5, value: { type: 'message', value } }));
}

function varintField(name: string, number: number, value: number): WireField {
  return { name, number, value: { type: 'varint', value: BigInt(value) } };
}
