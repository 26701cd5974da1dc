import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Effect, History, Outcome } from '../history.ts';
import type { Answer, Api, OpenedSession, SeenDocument } from './answer.ts';
import type { AcceptedAnalysis, HttpApi } from './http-api.ts';
import type { NarrowedSession, Owner, SharedDocument } from './owner.ts';

const listLimit = 50;
/** The state of a review: accepted, then ended. */
const accepted = { version: 0, value: 'accepted' };
const ended = { version: 1, value: 'ended' };
/** A session has one state only, and so has a grant. */
const open = { version: 1, value: 'open' };
const granted = { version: 1, value: 'granted' };

const backoffMs = 100;

const terminal = ['completed', 'partial', 'failed', 'cancelled'];

/** Calls the system and writes down what was asked, when, and what came of it. */
export class RecordedClient {
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  async readDocument(api: Api, session: OpenedSession, documentId: string): Promise<void> {
    await this.#record(
      { kind: 'read document', isRead: true, via: api.name, session },
      () => api.readDocument(session.token, documentId),
      (answer) => (isAnswered(answer) ? [documentEffect(documentId, 'read', shownBy(answer))] : []),
    );
  }

  /** As {@link readDocument}, in a session that may have been revoked. */
  async useSession(api: Api, session: NarrowedSession): Promise<void> {
    const object = `session:${session.sessionId}`;
    await this.#record(
      { kind: 'use session', isRead: true, via: api.name, session },
      () => api.readDocument(session.token, session.documentId),
      (answer) =>
        isAnswered(answer)
          ? [{ object, action: 'read', state: open }, documentEffect(session.documentId, 'read', shownBy(answer))]
          : [],
    );
  }

  async readOwnSession(api: Api, session: OpenedSession): Promise<void> {
    const object = `session:${session.sessionId}`;
    await this.#record(
      { kind: 'read own session', isRead: true, via: api.name, session },
      () => api.readOwnSession(session),
      (answer) => {
        if (!isAnswered(answer)) return [];
        return [answer.kind === 'ok' ? { object, action: 'read', state: open } : { object, action: 'read' }];
      },
    );
  }

  async listDocuments(api: Api, owner: Owner): Promise<void> {
    const expected = owner.documents;
    const [expectedGrants, foreign] = [[...owner.granted], new Set([...owner.granted, ...owner.ungranted])];
    await this.#record(
      { kind: 'list documents', isRead: true, via: api.name, session: owner.session },
      () => api.listDocuments(owner.session.token, listLimit),
      (answer) => {
        if (answer.kind !== 'ok') return [];
        const { documents, totalCount } = answer.value;
        const shown = new Set(documents.map(({ documentId }) => documentId));
        const missing = totalCount > listLimit ? [] : expected.filter((documentId) => !shown.has(documentId));
        return [
          ...documents.map((document) => documentEffect(document.documentId, 'read', document)),
          ...documents
            .filter(({ documentId }) => foreign.has(documentId))
            .map(({ documentId }) => grantEffect(documentId, 'read', true)),
          ...expectedGrants
            .filter((documentId) => totalCount <= listLimit && !shown.has(documentId))
            .map((documentId) => grantEffect(documentId, 'read', false)),
          ...missing.map((documentId) => documentEffect(documentId, 'read', undefined)),
        ];
      },
    );
  }

  async writeDocument(api: Api, owner: Owner, documentId: string): Promise<boolean> {
    const value = randomUUID();
    const answer = await this.#record(
      { kind: 'change document', isRead: false, via: api.name, session: owner.session },
      () => api.writeDocument(owner.session.token, documentId, value),
      (answer) => [
        answer.kind === 'ok'
          ? documentEffect(documentId, 'write', answer.value)
          : { object: `document:${documentId}`, action: 'write', state: { value } },
      ],
    );
    return answer.kind === 'ok';
  }

  /** @returns its id, if that was told */
  async uploadDocument(api: HttpApi, session: OpenedSession, text: string): Promise<string | undefined> {
    const value = randomUUID();
    const answer = await this.#record(
      { kind: 'upload document', isRead: false, via: api.name, session },
      () => api.uploadText(session.token, text, value),
      (answer) => (answer.kind === 'ok' ? [documentEffect(answer.value.documentId, 'write', answer.value)] : []),
    );
    return answer.kind === 'ok' ? answer.value.documentId : undefined;
  }

  async deleteDocument(api: Api, owner: Owner, documentId: string): Promise<boolean> {
    const answer = await this.#record(
      { kind: 'delete document', isRead: false, via: api.name, session: owner.session },
      () => api.deleteDocument(owner.session.token, documentId),
      // The grants go with it.
      () => [{ object: `document:${documentId}`, action: 'remove' }, grantEffect(documentId, 'remove', false)],
    );
    return answer.kind === 'ok';
  }

  async grant(api: Api, owner: Owner, { documentId, reader }: SharedDocument): Promise<boolean> {
    const answer = await this.#record(
      { kind: 'grant', isRead: false, via: api.name, session: owner.session },
      () => api.grant(owner.session.token, documentId, reader.userId),
      (answer) => (answer.kind === 'ok' ? [grantEffect(documentId, 'write', true)] : []),
    );
    return answer.kind === 'ok';
  }

  async removeGrant(api: Api, owner: Owner, { documentId, reader }: SharedDocument): Promise<boolean> {
    const answer = await this.#record(
      { kind: 'remove grant', isRead: false, via: api.name, session: owner.session },
      () => api.removeGrant(owner.session.token, documentId, reader.userId),
      () => [grantEffect(documentId, 'remove', false)],
    );
    return answer.kind === 'ok';
  }

  /** Reads a document that is another's, by a grant that may have been removed. */
  async useGrant(api: Api, reader: Owner, documentId: string): Promise<void> {
    await this.#record(
      { kind: 'use grant', isRead: true, via: api.name, session: reader.session },
      () => api.readDocument(reader.session.token, documentId),
      (answer) => {
        if (!isAnswered(answer)) return [];
        const seen = shownBy(answer);
        return [
          grantEffect(documentId, 'read', seen !== undefined),
          ...(seen ? [documentEffect(documentId, 'read', seen)] : []),
        ];
      },
    );
  }

  async openSession(api: Api, owner: Owner, documentId: string): Promise<NarrowedSession | undefined> {
    const answer = await this.#record(
      { kind: 'open session', isRead: false, via: api.name, session: owner.session },
      () => api.openSession(owner.session.token, documentId),
      (answer) =>
        answer.kind === 'ok' ? [{ object: `session:${answer.value.sessionId}`, action: 'write', state: open }] : [],
    );
    return answer.kind === 'ok' ? { ...answer.value, documentId } : undefined;
  }

  async revokeSession(api: Api, owner: Owner, { sessionId }: OpenedSession): Promise<boolean> {
    const answer = await this.#record(
      { kind: 'revoke session', isRead: false, via: api.name, session: owner.session },
      () => api.revokeSession(owner.session.token, sessionId),
      () => [{ object: `session:${sessionId}`, action: 'remove' }],
    );
    return answer.kind === 'ok';
  }

  /**
   * Has a document reviewed anew.
   *
   * @param number of the request among those for the document, which come one after the other
   * @returns what was told, undefined when nothing was
   */
  async analyze(
    api: HttpApi,
    owner: Owner,
    request: { number: number; idempotencyKey: string },
  ): Promise<AcceptedAnalysis | undefined> {
    const answer = await this.#record(
      { kind: 'request review', isRead: false, via: api.name, session: owner.session },
      () => api.analyze(owner.session.token, owner.reviewed, request.idempotencyKey),
      (answer) => {
        if (answer.kind !== 'ok') return [];
        const { analysis_id: id, status } = answer.value;
        const isLatest = status === 'completed' || status === 'partial';
        return [
          { object: `analysis:${id}`, action: 'write', state: terminal.includes(status) ? ended : accepted },
          ...(isLatest
            ? [
                {
                  object: latestOf(owner.reviewed),
                  action: 'write',
                  state: { version: request.number, value: id },
                } as const,
              ]
            : []),
        ];
      },
    );
    return answer.kind === 'ok' ? answer.value : undefined;
  }

  async readLatestReview(api: HttpApi, owner: Owner): Promise<void> {
    const object = latestOf(owner.reviewed);
    await this.#record(
      { kind: 'read latest review', isRead: true, via: api.name, session: owner.session },
      () => api.latestAnalysis(owner.session.token, owner.reviewed),
      (answer) => {
        if (!isAnswered(answer)) return [];
        return [
          answer.kind === 'ok'
            ? { object, action: 'read', state: { value: answer.value.analysis_id } }
            : { object, action: 'read' },
        ];
      },
    );
  }

  async readReview(api: HttpApi, owner: Owner, analysisId: string): Promise<void> {
    const object = `analysis:${analysisId}`;
    await this.#record(
      { kind: 'read review', isRead: true, via: api.name, session: owner.session },
      () => api.readAnalysis(owner.session.token, analysisId),
      (answer) => {
        if (!isAnswered(answer)) return [];
        if (answer.kind === 'absent') return [{ object, action: 'read' }];
        return [{ object, action: 'read', state: terminal.includes(answer.value.status) ? ended : accepted }];
      },
    );
  }

  async #record<T>(
    { kind, isRead, via, session }: { kind: string; isRead: boolean; via: string; session: OpenedSession },
    call: () => Promise<Answer<T>>,
    effectsOf: (answer: Answer<T>) => Effect[],
  ): Promise<Answer<T>> {
    const invokedAt = this.#history.now();
    const answer = await call();
    const effects = effectsOf(answer);
    // Every call uses a session, so one that is turned away tells something of the session too.
    if (answer.kind === 'unauthenticated') effects.push({ object: `session:${session.sessionId}`, action: 'read' });
    const outcome = outcomeOf(answer, isRead);
    const reason = 'reason' in answer ? { reason: answer.reason } : {};
    this.#history.record({ kind, via, invokedAt, answeredAt: this.#history.now(), outcome, effects, ...reason });
    // As a sensible client does; failures that come fast would otherwise be most of the history.
    if (outcome === 'unknown') await sleep(backoffMs);
    return answer;
  }
}

type Answered<T> = Extract<Answer<T>, { kind: 'ok' | 'absent' }>;

/** Whether the answer shows a state: that of the thing, or that there is none. */
function isAnswered<T>(answer: Answer<T>): answer is Answered<T> {
  return answer.kind === 'ok' || answer.kind === 'absent';
}

function shownBy<T>(answer: Answered<T>): T | undefined {
  return answer.kind === 'ok' ? answer.value : undefined;
}

/** To hear that there is nothing is an answer to a reader and a refusal to a writer. */
function outcomeOf(answer: Answer<unknown>, isRead: boolean): Outcome {
  switch (answer.kind) {
    case 'ok':
      return 'ok';
    case 'absent':
    case 'unauthenticated':
      return isRead ? 'ok' : 'refused';
    case 'refused':
    case 'unknown':
      return answer.kind;
  }
}

function documentEffect(documentId: string, action: 'read' | 'write', seen: SeenDocument | undefined): Effect {
  const object = `document:${documentId}`;
  if (!seen) return { object, action };
  const { version, value } = seen;
  return { object, action, state: { version, ...(value === undefined ? {} : { value }) } };
}

/** A document is granted once, and to one user. */
function grantEffect(documentId: string, action: Effect['action'], isThere: boolean): Effect {
  const object = `grant:${documentId}`;
  return isThere ? { object, action, state: granted } : { object, action };
}

function latestOf(documentId: string): string {
  return `latest review of:${documentId}`;
}
