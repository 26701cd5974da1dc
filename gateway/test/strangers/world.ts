import { randomUUID } from 'node:crypto';
import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { expect } from 'vitest';
import type { Credentials, GatewayStack } from '../gateway-stack.ts';
import type { Entitled, Stranger } from './callers.ts';

/** Ids of what the owner and the administrator have. */
export interface Ids {
  document_id: string;
  analysis_id: string;
  session_id: string;
  /** The owner. */
  user_id: string;
  service_account_id: string;
  credential_id: string;
}

/** Everybody and what they have. */
export interface World {
  ids: Ids;
  /** The grant of the auditor. */
  granteeId: string;
  /** Another document of the owner's, of which the narrowed session may know. */
  otherDocumentId: string;
  ownerPassword: string;
  /** Each as the value of `authorization`. */
  tokens: Readonly<Record<Stranger | Entitled, string | undefined>>;
  /** Uploads a document for the owner. @returns its id */
  upload(text: string, filename: string): Promise<string>;
  /** Shares a document of the owner's with the auditor. */
  share(documentId: string): Promise<void>;
  /** Opens a further session for the owner. @returns its id */
  openSession(): Promise<string>;
  /** Makes a further service account with a credential. */
  makeProgram(): Promise<Pick<Ids, 'service_account_id' | 'credential_id'>>;
}

interface OpenedSession {
  session_id: string;
  token: string;
}

interface ServiceAccount {
  service_account_id: string;
}

interface Credential {
  credential_id: string;
  token: string;
}

/** What stands in the owner's document, its name and its metadata, and nowhere else. */
export const marker = 'only7the7owner7may7see7this';

const passwords = { owner: 'correct pony staple owner', stranger: 'correct pony staple stranger' };

export async function makeWorld(stack: GatewayStack): Promise<World> {
  const { server, services } = stack;
  const ask = async <Answer = void>(
    authorization: string,
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
  ): Promise<Answer> => {
    const response = await server.inject({ method, url, headers: { authorization }, ...(payload && { payload }) });
    expect(response.statusCode, `${method} ${url}: ${response.body}`).toBeLessThan(300);
    return JSON.parse(response.body || 'null');
  };
  const login = async (credentials?: Credentials) => (await stack.login(credentials)).authorization;
  const administrator = await login();
  const signUp = async (name: string, password: string) => {
    const credentials = { email: `${name}@example.test`, password };
    const { user_id } = await ask<{ user_id: string }>(administrator, 'POST', '/api/users', credentials);
    return { userId: user_id, authorization: await login(credentials) };
  };
  const owner = await signUp('owner', passwords.owner);
  const stranger = await signUp('stranger', passwords.stranger);
  const leaver = await signUp('leaver', 'correct pony staple leaver');
  const narrow = (authorization: string, scope: object) =>
    ask<OpenedSession>(authorization, 'POST', '/api/sessions', scope);
  const tokenFor = async (authorization: string, scope: object) =>
    `Bearer ${(await narrow(authorization, scope)).token}`;

  const uploadFor = async (authorization: string, text: string, filename: string): Promise<string> => {
    const form = new FormData();
    form.set('metadata', JSON.stringify({ note: text }));
    form.set('file', new Blob([text]), filename);
    const response = await server.inject({
      method: 'POST',
      url: '/api/upload',
      headers: { authorization },
      payload: form,
    });
    expect(response.statusCode, response.body).toBe(201);
    return response.json().document_id;
  };
  const upload = (text: string, filename: string) => uploadFor(owner.authorization, text, filename);
  const documentId = await upload(
    `${marker}. Either party may terminate this Agreement upon 30 days notice.`,
    `${marker}.txt`,
  );
  const otherDocumentId = await upload('Another agreement.', 'another.txt');
  const theirs = await uploadFor(administrator, 'A contract of the administrator.', 'theirs.txt');
  const { analysis_id } = await ask<{ analysis_id: string }>(
    owner.authorization,
    'POST',
    `/api/analyze/${documentId}?wait=30`,
    {},
  );

  const share = (id: string, userId: string) =>
    ask(owner.authorization, 'PUT', `/api/documents/${id}/grants/${userId}`, {
      permissions: ['read', 'analyze', 'write', 'share'],
    });
  const program = async (scopes: string[]) => {
    const account = { name: randomUUID(), scopes };
    const { service_account_id } = await ask<ServiceAccount>(administrator, 'POST', '/api/service-accounts', account);
    const url = `/api/service-accounts/${service_account_id}/credentials`;
    const { credential_id, token } = await ask<Credential>(administrator, 'POST', url, {});
    return { service_account_id, credential_id, authorization: `Bearer ${token}` };
  };
  const auditor = await program(['audit']);
  const operator = await program(['operate']);
  for (const { service_account_id } of [auditor, operator]) await share(documentId, service_account_id);
  const spare = await program(['read']);

  const revoked = await narrow(owner.authorization, {});
  await ask(owner.authorization, 'DELETE', `/api/sessions/${revoked.session_id}`);
  await ask(administrator, 'PATCH', `/api/users/${leaver.userId}`, { disabled: true });
  const openSession = async () => (await narrow(owner.authorization, {})).session_id;

  return {
    ids: {
      document_id: documentId,
      analysis_id,
      session_id: await openSession(),
      user_id: owner.userId,
      service_account_id: spare.service_account_id,
      credential_id: spare.credential_id,
    },
    granteeId: auditor.service_account_id,
    otherDocumentId,
    ownerPassword: passwords.owner,
    tokens: {
      owner: owner.authorization,
      administrator,
      gateway: serviceAuthorization('gateway', services.serviceToken),
      stranger: stranger.authorization,
      narrowed: await tokenFor(owner.authorization, { document_id: otherDocumentId }),
      reader: await tokenFor(owner.authorization, { permissions: ['read'] }),
      analyst: await tokenFor(owner.authorization, { permissions: ['analyze'] }),
      'narrowed administrator': await tokenFor(administrator, { document_id: theirs }),
      'ordinary administrator': await tokenFor(administrator, { permissions: ['read', 'analyze', 'write', 'share'] }),
      auditor: auditor.authorization,
      operator: operator.authorization,
      nobody: undefined,
      revoked: `Bearer ${revoked.token}`,
      disabled: leaver.authorization,
    },
    upload,
    share: (id) => share(id, auditor.service_account_id),
    openSession,
    makeProgram: () => program(['read']),
  };
}
