import { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withRenderedResponses } from '../../src/grpc/rendered-responses.ts';

const methods = {
  getDocument: [withRenderedResponses(DocumentServiceService).getDocument, DocumentServiceService.getDocument],
  listDocuments: [withRenderedResponses(DocumentServiceService).listDocuments, DocumentServiceService.listDocuments],
  getAnalysis: [withRenderedResponses(AnalysisServiceService).getAnalysis, AnalysisServiceService.getAnalysis],
} as const;

const json = fc.record({
  body: fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  etag: fc.string({ unit: 'grapheme', maxLength: 200 }),
});

describe.each(Object.entries(methods))('a response of %s', (_name, [ours, generated]) => {
  const empty = generated.responseDeserialize(Buffer.alloc(0));

  it('that is rendered JSON is written to the byte as the generated code writes it, and read as it reads it', () => {
    fc.assert(
      fc.property(json, (rendered) => {
        const response = { ...empty, json: rendered } as never;
        const written = ours.responseSerialize(response);
        expect(written.equals(generated.responseSerialize(response))).toBe(true);
        expect(ours.responseDeserialize(written)).toEqual(generated.responseDeserialize(written));
      }),
    );
  });

  it('that is something else, or more, is as the generated code has it', () => {
    for (const response of [empty, { ...empty, totalCount: 3, json: { body: Buffer.from('{}'), etag: '"1"' } }]) {
      const written = ours.responseSerialize(response as never);
      expect(written.equals(generated.responseSerialize(response as never))).toBe(true);
      expect(ours.responseDeserialize(written)).toEqual(generated.responseDeserialize(written));
    }
  });

  it('that is cut off, or goes on, is read or refused as the generated code does it', () => {
    const written = ours.responseSerialize({ ...empty, json: { body: Buffer.from('{"a":1}'), etag: '"1"' } } as never);
    const whole = Buffer.concat([written, Buffer.from([0x7a, 1, 0x61])]);
    for (let length = 0; length <= whole.length; length += 1) {
      const part = whole.subarray(0, length);
      expect(outcomeOf(() => ours.responseDeserialize(part))).toEqual(
        outcomeOf(() => generated.responseDeserialize(part)),
      );
    }
  });
});

function outcomeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return (error as Error).message;
  }
}
