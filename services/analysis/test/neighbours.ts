import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Authenticator,
  type Credentials,
  type Identity,
  lasting,
  type Principal,
  unauthenticated,
} from '@contract-reviewer/platform/auth/principal';
import { StatusError } from '@contract-reviewer/platform/errors';
import { toDuration } from '@contract-reviewer/platform/grpc/duration';
import type { Handlers } from '@contract-reviewer/platform/grpc/handler';
import type { ServiceMethods } from '@contract-reviewer/platform/grpc/methods';
import { GrpcServer } from '@contract-reviewer/platform/grpc/server';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { type AuditEvent, SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { newId, sha256, silentLogger } from './analysis-stack.ts';

/**
 * Servers that answer what this service asks its neighbours, with the real protocol over real sockets. The neighbours
 * themselves are met in the end-to-end tests; services do not import each other.
 */
export interface Neighbours extends AsyncDisposable {
  sessionAddress: string;
  documentAddress: string;
  /** A user who may do everything with their own documents. @returns what they authenticate with */
  addUser(permissions?: readonly string[]): User;
  addDocument(document: Partial<NeighbourDocument> & Pick<NeighbourDocument, 'ownerId'>): string;
  /** Ends the extraction of a document. */
  changeDocument(documentId: string, change: Partial<NeighbourDocument>): void;
  removeDocument(documentId: string): void;
  revoke(user: User): void;
  /** What the audit log took, each event once. */
  auditEvents(analysisId: string): AuditEvent[];
}

export interface User {
  userId: string;
  authorization: string;
}

export interface NeighbourDocument {
  ownerId: string;
  status: string;
  statusReason?: { reason: string; message: string };
  text: string;
  /** How long it takes to say who may do what with it; unless set, no time. */
  accessTakesMs?: number;
}

export async function startNeighbours(): Promise<Neighbours> {
  await using stack = new AsyncDisposableStack();
  const sessions = new Map<string, { userId: string; permissions: readonly string[] }>();
  const documents = new Map<string, NeighbourDocument>();
  const auditLog = new Map<string, AuditEvent>();

  const checked = (token: string) => {
    const session = sessions.get(token);
    if (!session) throw new StatusError('UNAUTHENTICATED', 'Log in again.', { reason: 'INVALID_SESSION' });
    const times = { createdAt: new Date(), expiresAt: new Date(), absoluteExpiresAt: new Date() };
    const { userId, permissions } = session;
    return {
      session: { sessionId: token, userId, permissions: [...permissions], ...times },
      role: 'user',
      validFor: undefined,
      assertionExpiresIn: undefined,
    };
  };
  const sessionServer = stack.use(
    openServer({
      authenticate: async () => lasting({ kind: 'service', name: 'analysis' }),
      serviceIn: () => 'analysis',
    }),
  );
  sessionServer.register(
    SessionServiceService,
    answering<typeof SessionServiceService>(SessionServiceService, {
      authenticateSession: async ({ token }) => ({
        ...checked(token),
        assertion: `assertion of ${token}`,
        assertionExpiresIn: toDuration(60_000),
      }),
      checkSession: async ({ sessionId }) => checked(sessionId),
      async recordAuditEvents({ events }) {
        for (const event of events) auditLog.set(event.eventId, event);
        return {};
      },
    }),
  );

  const documentServer = stack.use(
    openServer({
      authenticate: async (credentials) => identityOf(credentials),
      serviceIn: () => 'analysis',
    }),
  );
  const find = (documentId: string): NeighbourDocument => {
    const document = documents.get(documentId);
    if (!document) throw new StatusError('NOT_FOUND', 'No such document.', { reason: 'DOCUMENT_NOT_FOUND' });
    return document;
  };
  const identityOf = (credentials: Credentials): Identity => ({
    principal: principalOf(credentials),
    current: async () => principalOf(credentials),
    assertion: () => Promise.reject(new Error('nobody else is called')),
  });
  const principalOf = ({ authorization, onBehalfOf }: Credentials): Principal => {
    if (!authorization?.startsWith('Bearer service.analysis.')) throw unauthenticated();
    if (onBehalfOf === undefined) return { kind: 'service', name: 'analysis' };
    const token = onBehalfOf.replace(/^assertion of /, '');
    const session = sessions.get(token);
    if (!session) throw new StatusError('UNAUTHENTICATED', 'Log in again.', { reason: 'INVALID_SESSION' });
    return {
      kind: 'user',
      userId: session.userId,
      role: 'user',
      sessionId: token,
      permissions: new Set(session.permissions),
    };
  };
  documentServer.register(
    DocumentServiceService,
    answering<typeof DocumentServiceService>(DocumentServiceService, {
      async checkDocumentAccess({ documentId, permission }, { principal }) {
        const document = find(documentId);
        if (principal.kind !== 'user' || principal.userId !== document.ownerId) {
          throw new StatusError('NOT_FOUND', 'No such document.', { reason: 'DOCUMENT_NOT_FOUND' });
        }
        if (!principal.permissions.has(permission)) {
          throw new StatusError('PERMISSION_DENIED', 'Not in this session.', { reason: 'PERMISSION_DENIED' });
        }
        const { status, statusReason, text, accessTakesMs } = document;
        if (accessTakesMs !== undefined) await sleep(accessTakesMs);
        return { status, statusReason, textSha256: status === 'ready' ? sha256(text) : '' };
      },
      async getDocument({ documentId }, { principal }) {
        const { ownerId, status, text } = find(documentId);
        if (principal.kind !== 'user' || principal.userId !== ownerId) {
          throw new StatusError('NOT_FOUND', 'No such document.', { reason: 'DOCUMENT_NOT_FOUND' });
        }
        const file = {
          filename: `${documentId}.txt`,
          contentType: 'text/plain',
          sizeBytes: text.length,
          sha256: sha256(text),
        };
        const times = { createdAt: new Date(), updatedAt: new Date() };
        return { document: { documentId, ownerId, ...file, status, metadata: {}, version: 1, ...times } };
      },
      async getDocumentText({ documentId, wait, analysisId }, { principal, signal }) {
        if (principal.kind === 'service' && !analysisId) throw new Error('jobs name the analysis that they read for');
        const until = Date.now() + Math.min(Number(wait?.seconds ?? 0) * 1000, 30_000);
        while (['uploaded', 'extracting'].includes(find(documentId).status) && Date.now() < until && !signal.aborted) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const { status, statusReason, text } = find(documentId);
        if (status === 'ready') {
          const pages = [{ page: 1, start: 0, end: Array.from(text).length }];
          return { text, pages, textSha256: sha256(text) };
        }
        const reason = status in withoutText ? withoutText[status as keyof typeof withoutText] : 'TEXT_NOT_READY';
        throw new StatusError('FAILED_PRECONDITION', statusReason?.message ?? 'No text.', { reason });
      },
    }),
  );

  const sessionPort = await sessionServer.listen();
  const documentPort = await documentServer.listen();
  const acquired = stack.move();
  return {
    sessionAddress: `127.0.0.1:${sessionPort}`,
    documentAddress: `127.0.0.1:${documentPort}`,
    addUser: (permissions = ['read', 'analyze', 'write']) => {
      const token = newId<string>();
      const userId = newId<string>();
      sessions.set(token, { userId, permissions });
      return { userId, authorization: `Bearer ${token}` };
    },
    addDocument: (document) => {
      const documentId = newId<string>();
      documents.set(documentId, { status: 'ready', text: `Agreement ${documentId}.`, ...document });
      return documentId;
    },
    changeDocument: (documentId, change) => {
      documents.set(documentId, { ...find(documentId), ...change });
    },
    removeDocument: (documentId) => {
      documents.delete(documentId);
    },
    revoke: ({ authorization }) => {
      sessions.delete(authorization.replace('Bearer ', ''));
    },
    auditEvents: (analysisId) => [...auditLog.values()].filter((event) => event.analysisId === analysisId),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

const withoutText = { needs_ocr: 'DOCUMENT_NEEDS_OCR', unreadable: 'DOCUMENT_UNREADABLE' };

function openServer(authenticator: Authenticator): GrpcServer {
  return new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    authenticator,
    translateError: () => undefined,
    health: { isReady: async () => true },
    drainTimeoutMs: 500,
  });
}

/** The given methods; the others answer UNIMPLEMENTED. */
function answering<S extends ServiceMethods>(methods: S, given: Partial<Handlers<S>>): Handlers<S> {
  const unimplemented = async () => {
    throw new StatusError('UNIMPLEMENTED', 'Nobody should ask for this.', { reason: 'UNIMPLEMENTED' });
  };
  const rest = Object.fromEntries(Object.keys(methods).map((name) => [name, unimplemented]));
  return { ...rest, ...given } as Handlers<S>;
}
