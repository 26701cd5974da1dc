import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import type { Credentials, Identity, Principal } from '../../src/auth/principal.ts';
import { StatusError } from '../../src/errors.ts';
import { type CallSettings, createClient, type GrpcClient } from '../../src/grpc/client.ts';
import type { Handlers } from '../../src/grpc/handler.ts';
import { GrpcServer, type GrpcServerOptions } from '../../src/grpc/server.ts';
import { silentLogger } from '../shelf/shelf-stores.ts';

export type DocumentHandlers = Handlers<typeof DocumentServiceService>;
export type DocumentClient = GrpcClient<typeof DocumentServiceService>;

/** Users whose sessions have ended. */
export const revoked = new Set<string>();

/** Whoever says `Bearer <name>` is the user of that name. */
const authenticator = {
  authenticate: async ({ authorization }: Credentials): Promise<Identity> => {
    const userId = /^Bearer (\w+)$/.exec(authorization ?? '')?.[1];
    if (!userId) throw new StatusError('UNAUTHENTICATED', 'Say who you are.', { reason: 'UNAUTHENTICATED' });
    const current = async (): Promise<Principal> => {
      if (revoked.has(userId)) throw new StatusError('UNAUTHENTICATED', 'It is over.', { reason: 'REVOKED' });
      return { kind: 'user', userId, role: 'user', sessionId: userId, permissions: new Set() };
    };
    return { principal: await current(), current, assertion: async () => userId };
  },
  serviceIn: (authorization: string | undefined) => /^Bearer service\.(\w+)$/.exec(authorization ?? '')?.[1],
};

export const asReader: CallSettings = { authorization: 'Bearer reader' };

export interface DocumentServer extends AsyncDisposable {
  readonly address: string;
  readonly client: DocumentClient;
  /** Drains, as at the end of a process. */
  stop(): Promise<void>;
}

/** A gRPC server of the platform with some methods of the document service, and a client of it. */
export async function startDocumentServer(
  handlers: Partial<DocumentHandlers>,
  options: Partial<GrpcServerOptions> = {},
  { batched = ['getDocument', 'listDocuments'] }: { batched?: readonly (keyof typeof DocumentServiceService)[] } = {},
): Promise<DocumentServer> {
  const server = new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    authenticator,
    translateError: () => undefined,
    health: { isReady: async () => true },
    ...options,
  });
  server.register(DocumentServiceService, handlers as DocumentHandlers, {
    anonymous: ['checkDocumentAccess'],
    batched,
  });
  const address = `127.0.0.1:${await server.listen()}`;
  const client = createClient(DocumentServiceService, { address });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= server[Symbol.asyncDispose]());
  return {
    address,
    client,
    stop,
    [Symbol.asyncDispose]: async () => {
      client[Symbol.dispose]();
      await stop();
    },
  };
}
