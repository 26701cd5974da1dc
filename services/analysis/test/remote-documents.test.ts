import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { expect, it } from 'vitest';
import { RemoteDocuments } from '../src/documents/remote-documents.ts';
import type { AnalysisId, DocumentId } from '../src/domain/analysis.ts';
import { startNeighbours } from './neighbours.ts';

it('waits for a text also for what is left of a wait, which is no whole number of milliseconds', async () => {
  await using neighbours = await startNeighbours();
  const authorization = serviceAuthorization('analysis', 'secret');
  using client = createClient(DocumentServiceService, { address: neighbours.documentAddress, authorization });
  const documentId = neighbours.addDocument({ ownerId: 'somebody', status: 'extracting' }) as DocumentId;

  const read = new RemoteDocuments(client).readText(
    documentId,
    { analysisId: 'analysis' as AnalysisId },
    { waitMs: 0.75, signal: new AbortController().signal },
  );

  expect(await read).toBeUndefined();
});
