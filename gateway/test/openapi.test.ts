import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../src/openapi-document.ts';

const text = await openApiDocument();
const document = JSON.parse(text);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Record<string, unknown>>).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

describe('the OpenAPI document', () => {
  it('is the one in openapi.json; "npm run openapi" writes it anew', async () => {
    expect(document).toEqual(JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8')));
  });

  it('is of OpenAPI 3.1 and refers to nothing that it lacks', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas).toHaveProperty(name as string);
    }
  });

  it('has every call of the REST API', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual([
      'DELETE /api/analyses/{analysis_id}',
      'DELETE /api/documents/{document_id}',
      'DELETE /api/documents/{document_id}/grants/{user_id}',
      'DELETE /api/service-accounts/{service_account_id}',
      'DELETE /api/service-accounts/{service_account_id}/credentials/{credential_id}',
      'DELETE /api/sessions',
      'DELETE /api/sessions/{session_id}',
      'GET /api/admin/cache',
      'GET /api/admin/migration',
      'GET /api/admin/migration/set-aside',
      'GET /api/analyses/{analysis_id}',
      'GET /api/analyses/{analysis_id}/events',
      'GET /api/analyses/{analysis_id}/report',
      'GET /api/analyses/{before_id}/diff/{after_id}',
      'GET /api/audit',
      'GET /api/audit/export',
      'GET /api/audit/head',
      'GET /api/audit/verify',
      'GET /api/documents',
      'GET /api/documents/{document_id}',
      'GET /api/documents/{document_id}/analyses',
      'GET /api/documents/{document_id}/analysis',
      'GET /api/documents/{document_id}/content',
      'GET /api/documents/{document_id}/grants',
      'GET /api/documents/{document_id}/grants/{user_id}',
      'GET /api/documents/{document_id}/text',
      'GET /api/service-accounts',
      'GET /api/service-accounts/{service_account_id}',
      'GET /api/service-accounts/{service_account_id}/credentials',
      'GET /api/sessions',
      'GET /api/sessions/{session_id}',
      'GET /api/users',
      'GET /api/users/{user_id}',
      'GET /healthz',
      'GET /metrics',
      'GET /readyz',
      'PATCH /api/documents/{document_id}',
      'PATCH /api/service-accounts/{service_account_id}',
      'PATCH /api/users/{user_id}',
      'POST /api/admin/consistency',
      'POST /api/admin/migration',
      'POST /api/analyze/{document_id}',
      'POST /api/audit/erase',
      'POST /api/audit/seal',
      'POST /api/login',
      'POST /api/password',
      'POST /api/service-accounts',
      'POST /api/service-accounts/{service_account_id}/credentials',
      'POST /api/sessions',
      'POST /api/upload',
      'POST /api/users',
      'PUT /api/documents/{document_id}/grants/{user_id}',
    ]);
  });

  it.each(operations)('says of $name what it does and how it may fail', ({ name, operation }) => {
    expect(operation).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] });
    const isPublic = /\/(healthz|readyz|metrics|api\/login)$/.test(name);
    expect(operation.security).toEqual(isPublic ? [] : undefined);
    if (!isPublic) expect(operation.responses).toHaveProperty('401');
  });
});
