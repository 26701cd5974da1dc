import { randomUUID } from 'node:crypto';
import {
  aboutOneself,
  aboutPeople,
  type Entitled,
  endingSessions,
  forAdministrators,
  forAll,
  forUploaders,
  ofDocument,
  ofList,
  ofSession,
  ofUser,
  type Verdicts,
} from './callers.ts';
import { freshDocument, freshGrant, freshProgram, freshSession } from './fresh.ts';
import { type Ids, marker, type World } from './world.ts';

/** How a route is asked for what is the owner's or the administrator's, and what is to become of that. */
export interface RestRow {
  verdicts: Verdicts;
  /** Undefined where their request would take away what the other rows need. */
  entitled: Entitled | undefined;
  /** Values of the path's parameters, where they are not the ids of those names. */
  parameters?: (world: World) => Record<string, string>;
  query?: string;
  /** JSON, or a form. */
  payload?: (world: World) => object;
  /** Something that the request uses up: made anew for each caller. */
  fresh?: (world: World) => Promise<Partial<Ids>>;
}

const read = { verdicts: ofDocument('read'), entitled: 'owner' } as const;
const administer = { verdicts: forAdministrators(), entitled: 'administrator' } as const;
const audit = { verdicts: forAdministrators('audit'), entitled: 'administrator' } as const;
const operate = { verdicts: forAdministrators('operate'), entitled: 'administrator' } as const;
const open = { verdicts: forAll, entitled: 'owner' } as const;
const analyses = ({ ids }: World) => ({ before_id: ids.analysis_id, after_id: ids.analysis_id });
const grant = ({ granteeId }: World) => ({ user_id: granteeId });

/** Every route of the OpenAPI document. */
export const restRows: Record<string, RestRow> = {
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /metrics': open,

  'POST /api/login': { ...open, payload: ({ ownerPassword: password }) => ({ email: 'owner@example.test', password }) },
  // The owner's password is no password of anybody else's.
  'POST /api/password': {
    verdicts: { ...endingSessions, stranger: 'unauthenticated', 'ordinary administrator': 'unauthenticated' },
    entitled: undefined,
    payload: ({ ownerPassword }) => ({ current_password: ownerPassword, new_password: ownerPassword }),
  },
  'POST /api/sessions': { verdicts: aboutPeople, entitled: 'owner', payload: () => ({}) },
  'GET /api/sessions': { verdicts: aboutOneself, entitled: 'owner' },
  'GET /api/sessions/{session_id}': {
    verdicts: { ...ofSession, auditor: 'hidden', operator: 'hidden' },
    entitled: 'owner',
  },
  'DELETE /api/sessions/{session_id}': { verdicts: ofSession, entitled: 'owner', fresh: freshSession },
  'DELETE /api/sessions': { verdicts: endingSessions, entitled: undefined },

  'POST /api/users': {
    ...administer,
    payload: () => ({ email: `${randomUUID()}@example.test`, password: 'correct pony staple another' }),
  },
  'GET /api/users': administer,
  'GET /api/users/{user_id}': {
    verdicts: ofUser,
    entitled: 'administrator',
  },
  'PATCH /api/users/{user_id}': { ...administer, payload: () => ({ role: 'user' }) },

  'POST /api/service-accounts': { ...administer, payload: () => ({ name: randomUUID(), scopes: ['read'] }) },
  'GET /api/service-accounts': administer,
  'GET /api/service-accounts/{service_account_id}': administer,
  'PATCH /api/service-accounts/{service_account_id}': { ...administer, payload: () => ({ scopes: ['read'] }) },
  'POST /api/service-accounts/{service_account_id}/credentials': { ...administer, payload: () => ({}) },
  'GET /api/service-accounts/{service_account_id}/credentials': administer,
  'DELETE /api/service-accounts/{service_account_id}/credentials/{credential_id}': {
    ...administer,
    fresh: freshProgram,
  },
  'DELETE /api/service-accounts/{service_account_id}': { ...administer, fresh: freshProgram },

  'POST /api/upload': { verdicts: forUploaders, entitled: 'owner', payload: textForm },
  'GET /api/documents': { verdicts: ofList, entitled: 'owner' },
  'GET /api/documents/{document_id}': read,
  'PATCH /api/documents/{document_id}': {
    verdicts: ofDocument('write'),
    entitled: 'owner',
    payload: () => ({ metadata: { note: marker } }),
  },
  'DELETE /api/documents/{document_id}': {
    verdicts: { ...ofDocument('write'), auditor: 'hidden', operator: 'hidden' },
    entitled: 'owner',
    fresh: freshDocument,
  },
  'GET /api/documents/{document_id}/content': read,
  'GET /api/documents/{document_id}/text': read,
  'GET /api/documents/{document_id}/grants': read,
  'GET /api/documents/{document_id}/grants/{user_id}': { ...read, parameters: grant },
  'PUT /api/documents/{document_id}/grants/{user_id}': {
    verdicts: ofDocument('share'),
    entitled: 'owner',
    parameters: grant,
    payload: () => ({ permissions: ['read', 'analyze', 'write', 'share'] }),
  },
  'DELETE /api/documents/{document_id}/grants/{user_id}': {
    // Of a document that is shared with the auditor alone.
    verdicts: { ...ofDocument('share'), operator: 'hidden' },
    entitled: 'owner',
    fresh: freshGrant,
  },

  'POST /api/analyze/{document_id}': {
    verdicts: ofDocument('analyze'),
    entitled: 'owner',
    query: 'wait=10',
    payload: () => ({}),
  },
  'GET /api/documents/{document_id}/analysis': read,
  'GET /api/documents/{document_id}/analyses': read,
  'GET /api/analyses/{analysis_id}': read,
  'DELETE /api/analyses/{analysis_id}': { verdicts: ofDocument('analyze'), entitled: 'owner' },
  'GET /api/analyses/{before_id}/diff/{after_id}': { ...read, parameters: analyses },
  'GET /api/analyses/{analysis_id}/report': { ...read, query: 'format=md' },
  'GET /api/analyses/{analysis_id}/events': read,

  'GET /api/audit': audit,
  'GET /api/audit/head': audit,
  'GET /api/audit/verify': audit,
  'GET /api/audit/export': audit,
  'POST /api/audit/seal': {
    ...administer,
    payload: () => ({ sealed_size: 1, root_hash: '0'.repeat(64), archive_sha256: '0'.repeat(64) }),
  },
  'POST /api/audit/erase': { ...administer, payload: () => ({ user_id: randomUUID() }) },

  'GET /api/admin/cache': operate,
  'POST /api/admin/consistency': { ...operate, payload: () => ({}) },
  'GET /api/admin/migration': operate,
  'POST /api/admin/migration': { ...operate, payload: () => ({ action: 'verify' }) },
  'GET /api/admin/migration/set-aside': operate,
};

function textForm(): FormData {
  const form = new FormData();
  form.set('file', new Blob(['A contract.']), 'contract.txt');
  return form;
}
