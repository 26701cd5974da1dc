import { randomUUID } from 'node:crypto';
import type { Answer, OpenedSession } from '../faults/workload/answer.ts';
import type { HttpApi } from '../faults/workload/http-api.ts';
import type { HttpClient } from '../faults/workload/http-client.ts';
import type { Use } from './asks.ts';

/** Something that is used and can be taken away. */
export interface Taking {
  use: Use;
  /** Whether only the document is out of reach afterwards, and the session goes on. */
  sparesSession: boolean;
  /** Takes it away; resolves when that was acknowledged. */
  take(): Promise<void>;
}

export interface World {
  /** Takes turns between the gateways. */
  gateway(): { api: HttpApi; http: HttpClient };
  adminToken: string;
}

interface Person {
  userId: string;
  email: string;
  password: string;
  session: OpenedSession;
}

/** The ways in which what somebody may do comes to an end, each made ready to happen. */
export const takings = {
  'revoke a session': async (world: World): Promise<Taking> => {
    const person = await newPerson(world);
    const documentId = await upload(world, person.session);
    const session = await narrowed(world, person.session, documentId);
    return {
      use: { session, documentId },
      sparesSession: false,
      take: () => must(call(world, person.session, 'DELETE', `/api/sessions/${session.sessionId}`)),
    };
  },
  'revoke all sessions': async (world: World): Promise<Taking> => {
    const person = await newPerson(world);
    const documentId = await upload(world, person.session);
    return {
      use: { session: person.session, documentId },
      sparesSession: false,
      take: () => must(call(world, person.session, 'DELETE', '/api/sessions')),
    };
  },
  'change the password': async (world: World): Promise<Taking> => {
    const person = await newPerson(world);
    const documentId = await upload(world, person.session);
    const other = await must(world.gateway().api.login(person.email, person.password));
    const body = { current_password: person.password, new_password: newPassword() };
    return {
      use: { session: other, documentId },
      sparesSession: false,
      take: () => must(call(world, person.session, 'POST', '/api/password', body)),
    };
  },
  'disable an account': async (world: World): Promise<Taking> => {
    const person = await newPerson(world);
    const documentId = await upload(world, person.session);
    return {
      use: { session: person.session, documentId },
      sparesSession: false,
      take: () => must(administer(world, 'PATCH', `/api/users/${person.userId}`, { disabled: true })),
    };
  },
  'remove a grant': async (world: World): Promise<Taking> => {
    const [owner, reader] = [await newPerson(world), await newPerson(world)];
    const documentId = await upload(world, owner.session);
    const path = `/api/documents/${documentId}/grants/${reader.userId}`;
    await must(call(world, owner.session, 'PUT', path, { permissions: ['read'] }));
    return {
      use: { session: reader.session, documentId },
      sparesSession: true,
      take: () => must(call(world, owner.session, 'DELETE', path)),
    };
  },
} as const satisfies Record<string, (world: World) => Promise<Taking>>;

export type TakingName = keyof typeof takings;
export const takingNames = Object.keys(takings) as TakingName[];

async function newPerson(world: World): Promise<Person> {
  const email = `${randomUUID()}@example.test`;
  const password = newPassword();
  const user = await must(administer<{ user_id: string }>(world, 'POST', '/api/users', { email, password }));
  const session = await must(world.gateway().api.login(email, password));
  return { userId: user.user_id, email, password, session };
}

async function upload(world: World, { token }: OpenedSession): Promise<string> {
  const { documentId } = await must(world.gateway().api.uploadText(token, `An agreement, ${randomUUID()}.`, ''));
  return documentId;
}

async function narrowed(world: World, { token }: OpenedSession, documentId: string): Promise<OpenedSession> {
  return must(world.gateway().api.openSession(token, documentId));
}

function call<T>(world: World, { token }: OpenedSession, method: string, path: string, body?: object) {
  return world.gateway().http.call<T>({ method, path, token, ...(body && { body }) });
}

function administer<T>(world: World, method: string, path: string, body: object): Promise<Answer<T>> {
  return world.gateway().http.call<T>({ method, path, token: world.adminToken, body });
}

function newPassword(): string {
  return `${randomUUID()}${randomUUID()}`;
}

/** @throws when it was not done */
async function must<T>(answer: Promise<Answer<T>>): Promise<T> {
  const given = await answer;
  if (given.kind === 'ok') return given.value;
  throw new Error(`the trial could not be made ready, or nothing was taken away: ${JSON.stringify(given)}`);
}
