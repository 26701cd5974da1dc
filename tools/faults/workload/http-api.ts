import { randomUUID } from 'node:crypto';
import type { Answer, Api, OpenedSession, SeenDocument } from './answer.ts';
import { HttpClient } from './http-client.ts';

interface DocumentBody {
  document_id: string;
  version: number;
  status: string;
  metadata?: { value?: string };
}

export interface AcceptedAnalysis {
  analysis_id: string;
  status: string;
}

/** A client of one gateway. */
export class HttpApi implements Api {
  readonly name: string;
  readonly #http: HttpClient;

  constructor(name: string, port: number) {
    this.name = name;
    this.#http = new HttpClient(port);
  }

  async readDocument(token: string, documentId: string): Promise<Answer<SeenDocument>> {
    return map(await this.#http.call<DocumentBody>({ method: 'GET', path: documentPath(documentId), token }), seen);
  }

  async listDocuments(token: string, limit: number) {
    const path = `/api/documents?limit=${limit}&offset=0`;
    const page = await this.#http.call<{ documents: DocumentBody[]; total_count: number }>({
      method: 'GET',
      path,
      token,
    });
    return map(page, (body) => ({ documents: body.documents.map(seen), totalCount: body.total_count }));
  }

  async writeDocument(token: string, documentId: string, value: string): Promise<Answer<SeenDocument>> {
    const body = { metadata: { value } };
    return map(
      await this.#http.call<DocumentBody>({ method: 'PATCH', path: documentPath(documentId), token, body }),
      seen,
    );
  }

  deleteDocument(token: string, documentId: string): Promise<Answer<unknown>> {
    return this.#http.call({ method: 'DELETE', path: documentPath(documentId), token });
  }

  async openSession(token: string, documentId: string): Promise<Answer<OpenedSession>> {
    const body = { document_id: documentId, permissions: ['read'] };
    const opened = await this.#http.call<{ session_id: string; token: string }>({
      method: 'POST',
      path: '/api/sessions',
      token,
      body,
    });
    return map(opened, (session) => ({ sessionId: session.session_id, token: session.token }));
  }

  grant(token: string, documentId: string, userId: string): Promise<Answer<unknown>> {
    const body = { permissions: ['read'] };
    return this.#http.call({ method: 'PUT', path: `${documentPath(documentId)}/grants/${userId}`, token, body });
  }

  removeGrant(token: string, documentId: string, userId: string): Promise<Answer<unknown>> {
    return this.#http.call({ method: 'DELETE', path: `${documentPath(documentId)}/grants/${userId}`, token });
  }

  readOwnSession({ token, sessionId }: OpenedSession): Promise<Answer<unknown>> {
    return this.#http.call({ method: 'GET', path: `/api/sessions/${sessionId}`, token });
  }

  revokeSession(token: string, sessionId: string): Promise<Answer<unknown>> {
    return this.#http.call({ method: 'DELETE', path: `/api/sessions/${sessionId}`, token });
  }

  async login(email: string, password: string): Promise<Answer<OpenedSession>> {
    const opened = await this.#http.call<{ session_id: string; token: string }>({
      method: 'POST',
      path: '/api/login',
      body: { email, password },
    });
    return map(opened, (session) => ({ sessionId: session.session_id, token: session.token }));
  }

  createUser(token: string, user: { email: string; password: string }): Promise<Answer<{ user_id: string }>> {
    return this.#http.call({ method: 'POST', path: '/api/users', token, body: user });
  }

  async uploadText(token: string, text: string, value: string): Promise<Answer<SeenDocument>> {
    const boundary = randomUUID();
    const part = (disposition: string, content: string) =>
      `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
    const form = [
      part('name="metadata"', JSON.stringify({ value })),
      part('name="file"; filename="contract.txt"', text),
      `--${boundary}--\r\n`,
    ];
    const body = { contentType: `multipart/form-data; boundary=${boundary}`, bytes: Buffer.from(form.join('')) };
    return map(await this.#http.call<DocumentBody>({ method: 'POST', path: '/api/upload', token, body }), seen);
  }

  /** Asks for a new review and waits some seconds for its end. The same key never starts another one. */
  analyze(token: string, documentId: string, idempotencyKey: string): Promise<Answer<AcceptedAnalysis>> {
    return this.#http.call({
      method: 'POST',
      path: `/api/analyze/${documentId}?wait=5`,
      token,
      body: { force: true },
      headers: { 'idempotency-key': idempotencyKey },
      timeoutMs: 8000,
    });
  }

  latestAnalysis(token: string, documentId: string): Promise<Answer<AcceptedAnalysis>> {
    return this.#http.call({ method: 'GET', path: `${documentPath(documentId)}/analysis`, token });
  }

  readAnalysis(token: string, analysisId: string): Promise<Answer<AcceptedAnalysis>> {
    return this.#http.call({ method: 'GET', path: `/api/analyses/${analysisId}`, token });
  }

  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]();
  }
}

function documentPath(documentId: string): string {
  return `/api/documents/${documentId}`;
}

function seen({ document_id, version, metadata }: DocumentBody): SeenDocument {
  return { documentId: document_id, version, value: metadata?.value };
}

function map<T, U>(answer: Answer<T>, change: (value: T) => U): Answer<U> {
  return answer.kind === 'ok' ? { kind: 'ok', value: change(answer.value) } : answer;
}
