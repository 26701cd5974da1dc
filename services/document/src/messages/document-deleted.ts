import { randomUUID } from 'node:crypto';
import type { GrpcClient } from '@contract-reviewer/platform/grpc/client';
import type { OutboxTopic } from '@contract-reviewer/platform/outbox/outbox';
import type { OutboxMessage } from '@contract-reviewer/platform/pg/database';
import type { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import type { DocumentId } from '../domain/document.ts';

const topic = 'document_deleted';

/** Tells the analysis service that a document is gone, and its analyses with it. */
export function documentDeletedMessage(documentId: DocumentId): OutboxMessage {
  return { id: randomUUID(), topic, payload: { documentId } };
}

/** To purge again what was purged changes nothing, so a message may come twice. */
export function documentDeletedTopic(
  analyses: GrpcClient<typeof AnalysisServiceService>,
): Record<typeof topic, OutboxTopic> {
  return {
    [topic]: {
      batchSize: 20,
      deliver: async (messages) => {
        await Promise.all(
          messages.map(({ payload }) => {
            const { documentId } = payload as { documentId: string };
            return analyses.purgeDocument({ documentId });
          }),
        );
      },
    },
  };
}
