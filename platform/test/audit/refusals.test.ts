import { expect, it } from 'vitest';
import type { NewAuditEvent } from '../../src/audit/audit-events.ts';
import { RefusalRecorder, recordRefusals } from '../../src/audit/refusals.ts';
import { StatusError } from '../../src/errors.ts';

it('what a refused call has for an id is recorded only if it can be one', async () => {
  const recorded: NewAuditEvent[] = [];
  const recorder = new RefusalRecorder({
    record: async (event) => {
      recorded.push(event);
    },
  });
  const refuse = recordRefusals(recorder, 'analysis');
  const status = new StatusError('PERMISSION_DENIED', 'No.', { reason: 'SERVICE_REQUIRED' });
  for (const documentId of ['document-1', 'a\u0000b', '', 'x'.repeat(129)]) {
    await refuse({
      principal: { kind: 'service', name: 'gateway' },
      method: '/contractreviewer.analysis.v1.AnalysisService/PurgeDocument',
      status,
      request: { documentId },
    });
  }
  expect(recorded.map(({ documentId }) => documentId)).toEqual(['document-1', undefined, undefined, undefined]);
});
