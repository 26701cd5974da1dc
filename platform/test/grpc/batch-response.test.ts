import { BatchCallResponse, type BatchedResult, BatchServiceService } from '@contract-reviewer/proto/common/v1/batch';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchService } from '../../src/grpc/batch-response.ts';

const { batchCall: ours } = batchService;
const { batchCall: generated } = BatchServiceService;

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const outcome: fc.Arbitrary<BatchedResult['outcome']> = fc.oneof(
  bytes.map((value) => ({ $case: 'response', value }) as const),
  bytes.map((value) => ({ $case: 'status', value }) as const),
  fc.boolean().map((value) => ({ $case: 'deferred', value }) as const),
  fc.constant(undefined),
);
const result = fc.record({ call: fc.nat(0xffffffff), outcome, cache: fc.string({ unit: 'grapheme', maxLength: 200 }) });
const response = fc.array(result, { maxLength: 5 }).map((results) => BatchCallResponse.fromPartial({ results }));

it('a response is written to the byte as the generated code writes it, and read as it reads it', () => {
  fc.assert(
    fc.property(response, (value) => {
      const written = ours.responseSerialize(value);
      expect(written.equals(generated.responseSerialize(value))).toBe(true);
      expect(ours.responseDeserialize(written)).toEqual(generated.responseDeserialize(written));
    }),
  );
});

it('fields that a later release adds are passed over', () => {
  const known = ours.responseSerialize({
    results: [{ call: 1, outcome: { $case: 'response', value: Buffer.from('a') }, cache: 'HIT' }],
  });
  const added = Buffer.from([0x7a, 1, 0x61, 0x10, 5]);
  const withinResult = Buffer.concat([
    Buffer.from([known[0] as number, (known[1] as number) + added.length]),
    known.subarray(2),
    added,
  ]);
  expect(ours.responseDeserialize(Buffer.concat([withinResult, added]))).toEqual(ours.responseDeserialize(known));
});

it('a message that is cut off is refused', () => {
  const whole = ours.responseSerialize({
    results: [{ call: 1, outcome: { $case: 'response', value: Buffer.from('abc') }, cache: '' }],
  });
  for (let length = 1; length < whole.length; length += 1) {
    expect(() => ours.responseDeserialize(whole.subarray(0, length))).toThrow(/premature EOF/);
  }
});
