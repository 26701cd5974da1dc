import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import type { Tracer } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StatusError } from '../../src/errors.ts';
import { createClient } from '../../src/grpc/client.ts';
import { recordSpans } from '../../src/telemetry/span-export.ts';
import { runInSpan } from '../../src/telemetry/spans.ts';
import { currentTracer } from '../../src/telemetry/tracing.ts';
import { startDocumentServer } from '../grpc/document-server.ts';

const getDocument = 'contractreviewer.document.v1.DocumentService/GetDocument';
let exporter: InMemorySpanExporter;
let recording: AsyncDisposable;

beforeEach(() => {
  exporter = new InMemorySpanExporter();
  recording = recordSpans('test', 1, new SimpleSpanProcessor({ exporter }));
});
afterEach(() => recording[Symbol.asyncDispose]());

function inSpan<T>(name: string, work: () => Promise<T>): Promise<T> {
  return runInSpan(currentTracer() as Tracer, name, {}, work);
}

function spanBelow(parent: ReadableSpan): ReadableSpan {
  const spans = exporter.getFinishedSpans();
  return spans.find((span) => span.parentSpanContext?.spanId === parent.spanContext().spanId) as ReadableSpan;
}

it('calls that share a batch are each served within the span of who made them', async () => {
  const metadata = new Set<unknown>();
  await using server = await startDocumentServer({
    getDocument: async (_request, context) => {
      metadata.add(context.metadata);
      return { document: undefined };
    },
  });
  using client = createClient(DocumentServiceService, {
    address: server.address,
    authorization: 'Bearer reader',
    batched: ['getDocument'],
  });
  const names = ['first', 'second'];
  await Promise.all(names.map((name) => inSpan(name, () => client.getDocument({ documentId: name }))));

  expect(metadata.size).toBe(1);
  for (const name of names) {
    const root = exporter.getFinishedSpans().find((span) => span.name === name) as ReadableSpan;
    const call = spanBelow(root);
    const serving = spanBelow(call);
    expect([call.name, serving.name]).toEqual([getDocument, getDocument]);
    expect(serving.attributes).toMatchObject({ 'rpc.system.name': 'grpc', 'rpc.response.status_code': 'OK' });
  }
});

it("a refusal is the caller's error and not the server's, and its message is in neither", async () => {
  await using server = await startDocumentServer({
    getDocument: async () => {
      throw new StatusError('NOT_FOUND', 'There is no secret.pdf.', { reason: 'NOT_FOUND' });
    },
  });
  const refused = inSpan('root', () => server.client.getDocument({ documentId: '1' }, { authorization: 'Bearer a' }));
  await expect(refused).rejects.toThrow('secret.pdf');

  const root = exporter.getFinishedSpans().find((span) => span.name === 'root') as ReadableSpan;
  const call = spanBelow(root);
  expect(call.attributes).toMatchObject({ 'error.type': 'NOT_FOUND', 'rpc.response.status_code': 'NOT_FOUND' });
  expect(spanBelow(call).attributes).not.toHaveProperty('error.type');
  const told = exporter.getFinishedSpans().map(({ attributes, events, status }) => ({ attributes, events, status }));
  expect(JSON.stringify(told)).not.toContain('secret.pdf');
});

it('what nobody asked for has no span', async () => {
  await using server = await startDocumentServer({ getDocument: async () => ({ document: undefined }) });
  await server.client.getDocument({ documentId: '1' }, { authorization: 'Bearer a' });
  expect(exporter.getFinishedSpans().map(({ kind }) => kind)).toEqual([1]);
});
