import { randomBytes } from 'node:crypto';
import { GatewaySession, withJson } from '../gateway/gateway-session.ts';
import { HOST } from '../stack/process-environment.ts';
import { type Analysis, copyAnalyses, copyDocuments, lists, reviewOf } from './copies.ts';
import type { BenchSystem } from './system.ts';

/** What there is to be read, and by whom. */
export interface Seed {
  /** The bearer token of the documents' owner. */
  token: string;
  ownerId: string;
  /** Other users, each with a document of their own. */
  others: readonly { token: string; documentId: string }[];
  sessionId: string;
  /** Of the documents, in no order that means anything. */
  documentIds: readonly string[];
  analysisIds: readonly string[];
  /** The findings of each analysis as PostgreSQL has them: JSON. */
  review: string;
}

/**
 * Of one user some uploads and reviews would be refused while others wait (docs/overload.md), which `npm run overload`
 * measures, and sessions would be made one after the other. So many that none gets to the most sessions a user may have.
 */
const otherUsers = 128;
const analysisBytes = 9_000;

/** Uploads a contract and has it reviewed, then copies both in PostgreSQL until there are as many as wanted. */
export async function seed({ port, admin, stack }: BenchSystem, count: number): Promise<Seed> {
  const url = new URL(`http://${HOST}:${port}`);
  const session = await GatewaySession.open(url, admin);
  const { document_id, owner_id: ownerId } = await upload(session);
  const asked = await session.request(`/api/analyze/${document_id}?wait=30`, withJson({}));
  const { analysis_id } = (await asked.json()) as { analysis_id: string };
  const analysis = (await (await session.request(`/api/analyses/${analysis_id}`)).json()) as Analysis;
  const { sessions } = (await (await session.request('/api/sessions')).json()) as {
    sessions: { session_id: string }[];
  };

  const documentIds = await copyDocuments(stack.databaseUrls, document_id, count);
  const analysisIds = await copyAnalyses(stack.databaseUrls, analysis_id, documentIds, findingsOf(shortened(analysis)));
  const sessionId = sessions[0]?.session_id as string;
  const { token } = session;
  const others = await makeUsers(url, session);
  const review = await reviewOf(stack.databaseUrls, analysisIds[0] as string);
  return { token, ownerId, others, sessionId, documentIds, analysisIds, review };
}

async function makeUsers(url: URL, admin: GatewaySession): Promise<Seed['others']> {
  const users: { token: string; documentId: string }[] = [];
  for (let number = 1; number <= otherUsers; number += 1) {
    const credentials = { email: `bench-${number}@localhost`, password: randomBytes(18).toString('base64url') };
    await admin.request('/api/users', withJson(credentials));
    const session = await GatewaySession.open(url, credentials);
    const { document_id: documentId } = await upload(session);
    users.push({ token: session.token, documentId });
  }
  return users;
}

async function upload(session: GatewaySession): Promise<{ document_id: string; owner_id: string }> {
  const form = new FormData();
  form.set('file', new Blob([contract]), 'master-services-agreement.txt');
  const uploaded = await session.request('/api/upload', { method: 'POST', body: form });
  return (await uploaded.json()) as { document_id: string; owner_id: string };
}

const contract = [
  'MASTER SERVICES AGREEMENT',
  'This Agreement is made as of January 15, 2026 between Alder Analytics, Inc. (the "Provider") and Birch Foods LLC (the "Customer").',
  '1. Term. This Agreement begins on the date above and continues for two (2) years.',
  '2. Governing Law. This Agreement is governed by the laws of the State of Delaware.',
  '3. Payment. The Customer shall pay each invoice of the Provider within thirty (30) days after its receipt.',
  '4. Limitation of Liability. The liability of either party shall not exceed the fees paid in the twelve (12) months before the claim.',
].join('\n\n');

/** The review without so many of its findings that 9 KB of JSON remain. */
function shortened(analysis: Analysis): Analysis {
  const shorter = { ...analysis };
  while (Buffer.byteLength(JSON.stringify(shorter)) > analysisBytes) {
    const longest = lists.reduce((a, b) => (shorter[b].length > shorter[a].length ? b : a));
    shorter[longest] = shorter[longest].slice(0, -1);
  }
  return shorter;
}

function findingsOf({ clauses, missing_clauses, risks, obligations }: Analysis): Analysis {
  return { clauses, missing_clauses, risks, obligations };
}
