import { randomUUID } from 'node:crypto';
import type { OutboxTopic } from '@contract-reviewer/platform/outbox/outbox';
import type { OutboxMessage } from '@contract-reviewer/platform/pg/database';
import type { BlobSweeper } from '../blob-sweeper.ts';

const topic = 'content_released';

/** Tells that a document does not need its content any more, so that it need not wait for the next sweep. */
export function contentReleasedMessage(sha256: string): OutboxMessage {
  return { id: randomUUID(), topic, payload: { sha256 } };
}

export function contentReleasedTopic(sweeper: BlobSweeper): Record<typeof topic, OutboxTopic> {
  return {
    [topic]: {
      batchSize: 20,
      deliver: async (messages) => {
        for (const { payload } of messages) {
          await sweeper.removeUnreferenced((payload as { sha256: string }).sha256);
        }
      },
    },
  };
}
