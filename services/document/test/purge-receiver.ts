import { createHash } from 'node:crypto';
import { CallAuthenticator } from '@contract-reviewer/platform/auth/authenticator';
import { unauthenticated } from '@contract-reviewer/platform/auth/principal';
import { StatusError } from '@contract-reviewer/platform/errors';
import { GrpcServer } from '@contract-reviewer/platform/grpc/server';
import { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import { silentLogger } from './document-stack.ts';

export interface PurgeReceiver extends AsyncDisposable {
  address: string;
  /** The documents that it was told to purge, as often as it was told. */
  purged: string[];
  /** How many of the next calls it refuses. */
  refusals: number;
}

/** Stands where the analysis service stands, as far as this service calls it: it notes what it is told to purge. */
export async function startPurgeReceiver(documentToken: string): Promise<PurgeReceiver> {
  const trusted = new Map([['document', [createHash('sha256').update(documentToken).digest('hex')]]]);
  const refuse = () => Promise.reject(unauthenticated());
  const server = new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    authenticator: new CallAuthenticator({
      service: 'analysis',
      trustedServices: trusted,
      assertionKeys: new Map(),
      sessions: { authenticate: refuse, check: refuse, renew: refuse },
    }),
    translateError: () => undefined,
    health: { isReady: async () => true },
  });
  const receiver: PurgeReceiver = {
    address: '',
    purged: [],
    refusals: 0,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  server.register(
    { purgeDocument: AnalysisServiceService.purgeDocument },
    {
      async purgeDocument({ documentId }) {
        receiver.refusals -= 1;
        if (receiver.refusals >= 0) throw new StatusError('UNAVAILABLE', 'Not now.', { reason: 'NOT_NOW' });
        receiver.purged.push(documentId);
        return { purgedCount: 0 };
      },
    },
  );
  receiver.address = `127.0.0.1:${await server.listen()}`;
  return receiver;
}
