/** What a client makes of an answer, whichever protocol it came by. */
export type Answer<T> =
  | { kind: 'ok'; value: T }
  /** There is no such thing, or none that the caller may see. */
  | { kind: 'absent' }
  /** The session is not accepted. */
  | { kind: 'unauthenticated' }
  /** It had no effect. */
  | { kind: 'refused'; reason: string }
  /** Nobody answered in time, or the answer leaves open what happened. */
  | { kind: 'unknown'; reason: string };

export interface SeenDocument {
  documentId: string;
  version: number;
  /** Of the metadata; undefined when it was never set. */
  value: string | undefined;
}

export interface OpenedSession {
  sessionId: string;
  token: string;
}

/** The operations that go by HTTP and by gRPC alike, through one process. */
export interface Api extends Disposable {
  /** Which process, as in `gateway 0`. */
  readonly name: string;
  readDocument(token: string, documentId: string): Promise<Answer<SeenDocument>>;
  listDocuments(token: string, limit: number): Promise<Answer<{ documents: SeenDocument[]; totalCount: number }>>;
  writeDocument(token: string, documentId: string, value: string): Promise<Answer<SeenDocument>>;
  deleteDocument(token: string, documentId: string): Promise<Answer<unknown>>;
  openSession(token: string, documentId: string): Promise<Answer<OpenedSession>>;
  /** Lets a user read the document. */
  grant(token: string, documentId: string, userId: string): Promise<Answer<unknown>>;
  removeGrant(token: string, documentId: string, userId: string): Promise<Answer<unknown>>;
  /** The caller's own session. */
  readOwnSession(session: OpenedSession): Promise<Answer<unknown>>;
  revokeSession(token: string, sessionId: string): Promise<Answer<unknown>>;
}
