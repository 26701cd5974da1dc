import { StatusError } from '@contract-reviewer/platform/errors';
import { createClient, type GrpcClient } from '@contract-reviewer/platform/grpc/client';
import { type Document, DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { HOST } from '../../stack/process-environment.ts';
import type { Answer, Api, OpenedSession, SeenDocument } from './answer.ts';

/** A client that skips the gateway: of one replica of the document service and one of the session service. */
export class GrpcApi implements Api {
  readonly name: string;
  readonly #documents: GrpcClient<typeof DocumentServiceService>;
  readonly #sessions: GrpcClient<typeof SessionServiceService>;

  constructor(name: string, ports: { document: number; session: number }) {
    this.name = name;
    this.#documents = createClient(DocumentServiceService, { address: `${HOST}:${ports.document}` });
    this.#sessions = createClient(SessionServiceService, { address: `${HOST}:${ports.session}` });
  }

  readDocument(token: string, documentId: string): Promise<Answer<SeenDocument>> {
    return answer(async () => seen((await this.#documents.getDocument({ documentId }, as(token))).document));
  }

  listDocuments(token: string, limit: number) {
    return answer(async () => {
      const page = await this.#documents.listDocuments({ limit, offset: 0 }, as(token));
      return { documents: page.documents.map(seen), totalCount: page.totalCount };
    });
  }

  writeDocument(token: string, documentId: string, value: string): Promise<Answer<SeenDocument>> {
    const change = { documentId, metadata: { value } };
    return answer(async () => seen((await this.#documents.updateDocument(change, as(token))).document));
  }

  deleteDocument(token: string, documentId: string): Promise<Answer<unknown>> {
    return answer(() => this.#documents.deleteDocument({ documentId }, as(token)));
  }

  openSession(token: string, documentId: string): Promise<Answer<OpenedSession>> {
    return answer(async () => {
      const opened = await this.#sessions.createSession({ documentId, permissions: ['read'] }, as(token));
      return { sessionId: opened.session?.sessionId ?? '', token: opened.token };
    });
  }

  grant(token: string, documentId: string, userId: string): Promise<Answer<unknown>> {
    return answer(() => this.#documents.setGrant({ documentId, userId, permissions: ['read'] }, as(token)));
  }

  removeGrant(token: string, documentId: string, userId: string): Promise<Answer<unknown>> {
    return answer(() => this.#documents.removeGrant({ documentId, userId }, as(token)));
  }

  readOwnSession({ token, sessionId }: OpenedSession): Promise<Answer<unknown>> {
    return answer(() => this.#sessions.getSession({ sessionId }, as(token)));
  }

  revokeSession(token: string, sessionId: string): Promise<Answer<unknown>> {
    return answer(() => this.#sessions.revokeSession({ sessionId }, as(token)));
  }

  [Symbol.dispose](): void {
    this.#documents[Symbol.dispose]();
    this.#sessions[Symbol.dispose]();
  }
}

function as(token: string) {
  return { authorization: `Bearer ${token}`, timeoutMs: 4000 };
}

function seen(document: Document | undefined): SeenDocument {
  if (!document) throw new Error('an answer without its document');
  return {
    documentId: document.documentId,
    version: document.version,
    value: document.metadata?.value as string | undefined,
  };
}

async function answer<T>(call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: 'ok', value: await call() };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return answerOf(error);
  }
}

function answerOf(error: StatusError): Answer<never> {
  switch (error.code) {
    case 'NOT_FOUND':
      return { kind: 'absent' };
    case 'UNAUTHENTICATED':
      return { kind: 'unauthenticated' };
    case 'INVALID_ARGUMENT':
    case 'PERMISSION_DENIED':
    case 'FAILED_PRECONDITION':
    case 'ABORTED':
    case 'ALREADY_EXISTS':
      return { kind: 'refused', reason: error.code };
    default:
      return { kind: 'unknown', reason: error.code };
  }
}
