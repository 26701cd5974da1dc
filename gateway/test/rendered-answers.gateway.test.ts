import { Compile } from 'typebox/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AnalysisSchema } from '../src/schemas/analysis.ts';
import { DocumentListSchema, DocumentSchema } from '../src/schemas/document.ts';
import { SessionSchema } from '../src/schemas/session.ts';
import { formWith, type GatewayStack, startGateway } from './gateway-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let gateway: GatewayStack;
let headers: { authorization: string };
let sessionId: string;
let documentId: string;
let analysisId: string;
beforeAll(async () => {
  gateway = stack.use(await startGateway());
  headers = await gateway.loginAsNewUser();
  const { server } = gateway;
  sessionId = (await server.inject({ url: '/api/sessions', headers })).json().sessions[0].session_id;
  const payload = formWith(
    'SERVICES AGREEMENT\n\nThis Agreement is made as of March 1, 2026 by and between Alder Works Ltd. (the "Supplier") and ' +
      'Birch Foods Inc. (the "Customer").\n\n1. Term. This Agreement continues for three years and renews automatically ' +
      'for one year unless either party gives sixty days notice.\n\n2. Payment. The Customer shall pay $5,000 by June 1, 2026.',
  );
  documentId = (await server.inject({ method: 'POST', url: '/api/upload', headers, payload })).json().document_id;
  const url = `/api/analyze/${documentId}?wait=20`;
  analysisId = (await server.inject({ method: 'POST', url, headers, payload: {} })).json().analysis_id;
});

/** The schema without leave for fields that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const isOpen = !('properties' in schema) || 'patternProperties' in schema;
  return { ...Object.fromEntries(entries), ...(isOpen ? {} : { additionalProperties: false }) };
}

// Services render these themselves, and the gateway passes them on unread.
it.each([
  ['a session', () => `/api/sessions/${sessionId}`, SessionSchema],
  ['a document', () => `/api/documents/${documentId}`, DocumentSchema],
  ['a list', () => '/api/documents', DocumentListSchema],
  ['a review', () => `/api/analyses/${analysisId}`, AnalysisSchema],
  ['the latest review', () => `/api/documents/${documentId}/analysis`, AnalysisSchema],
])('%s is what its schema says and no more, from PostgreSQL and from the cache', async (_what, url, schema) => {
  const { $id: _, ...root } = closed(schema) as { $id: string };
  const validator = Compile({ 'Document#': closed(DocumentSchema) as object }, root);
  for (const _read of ['filled', 'cached']) {
    const response = await gateway.server.inject({ url: url(), headers });
    expect(response.statusCode, response.body).toBe(200);
    expect(validator.Errors(response.json())[1]).toEqual([]);
  }
});
