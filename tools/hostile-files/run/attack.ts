import { setTimeout as sleep } from 'node:timers/promises';
import { StatusError } from '@contract-reviewer/platform/errors';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { DocumentServiceService, type UploadDocumentRequest } from '@contract-reviewer/proto/document/v1/document';
import type { GatewaySession } from '../../gateway/gateway-session.ts';
import { withJson } from '../../gateway/gateway-session.ts';
import type { Canary, HostileFile } from '../hostile-file.ts';
import { uploadRaw } from './raw-upload.ts';
import type { Target } from './target.ts';

export type Way = 'HTTP' | 'gRPC';

/** What became of a file. */
export interface Attack {
  file: HostileFile;
  way: Way;
  /** As in {@link HostileFile.expected}, or what happened instead. */
  outcome: string;
  /** From the first byte of the upload to the outcome. */
  seconds: number;
  /** If the upload was taken. */
  documentId: string | undefined;
  /** What is wrong with the document that was made of it. */
  faults: string[];
}

const chunkBytes = 64 * 1024;
const pollMs = 20;
/** A file that takes longer has failed anyway. */
const patienceMs = 60_000;

/** Uploads a file and waits for what becomes of it. */
export async function attack(
  target: Target,
  session: GatewaySession,
  file: HostileFile,
  way: Way,
  canary: Canary,
): Promise<Attack> {
  const content = file.content(canary);
  const startedAt = performance.now();
  const upload = way === 'HTTP' ? overHttp(target, session, file, content) : overGrpc(target, session, file, content);
  const { documentId, outcome } = await upload;
  const settled = documentId === undefined ? outcome : await outcomeOf(session, documentId);
  const seconds = (performance.now() - startedAt) / 1000;
  const faults = documentId === undefined ? [] : await faultsOf(session, documentId, file, settled);
  return { file, way, outcome: settled, seconds, documentId, faults };
}

interface Uploaded {
  documentId?: string | undefined;
  /** If it was not taken. */
  outcome: string;
}

async function overHttp(
  { gateway }: Target,
  { token }: GatewaySession,
  file: HostileFile,
  content: Buffer,
): Promise<Uploaded> {
  const { status, body } = await uploadRaw(gateway, token, file.filename, content);
  if (status === 201) return { documentId: body.document_id, outcome: '' };
  return { outcome: status >= 500 ? `failed with ${status}` : `refused ${body.reason}` };
}

async function overGrpc(
  { documentService }: Target,
  { token }: GatewaySession,
  file: HostileFile,
  content: Buffer,
): Promise<Uploaded> {
  using documents = createClient(DocumentServiceService, {
    address: documentService,
    authorization: `Bearer ${token}`,
  });
  try {
    const { document } = await documents.uploadDocument(messagesOf(file.filename, content));
    return { documentId: document?.documentId, outcome: '' };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const isOurs = ['INTERNAL', 'UNKNOWN', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'DATA_LOSS'].includes(error.code);
    return { outcome: isOurs ? `failed with ${error.code}` : `refused ${error.reason || error.code}` };
  }
}

async function* messagesOf(filename: string, content: Buffer): AsyncGenerator<UploadDocumentRequest> {
  yield { part: { $case: 'header', value: { filename, metadata: undefined } } };
  for (let start = 0; start < content.length; start += chunkBytes) {
    yield { part: { $case: 'chunk', value: content.subarray(start, start + chunkBytes) } };
  }
}

/** Waits until the text of a document was read, or was found to be unreadable. */
export async function outcomeOf(session: GatewaySession, documentId: string): Promise<string> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const response = await session.request(`/api/documents/${documentId}`);
    const { status, status_reason } = (await response.json()) as { status: string; status_reason?: { reason: string } };
    if (status !== 'uploaded' && status !== 'extracting')
      return status === 'unreadable' ? `${status} ${status_reason?.reason}` : status;
    await sleep(pollMs);
  }
  return `no outcome in ${patienceMs / 1000} s`;
}

/** Quoted ASCII without quotes in it, and the same in the encoding of RFC 8187. */
const safeDisposition = /^attachment; filename="[ !#-[\]-~]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/;

async function faultsOf(
  session: GatewaySession,
  documentId: string,
  file: HostileFile,
  outcome: string,
): Promise<string[]> {
  const faults: string[] = [];
  const { filename } = (await (await session.request(`/api/documents/${documentId}`)).json()) as { filename: string };
  if (filename === '' || /[/\\\p{Cc}\p{Bidi_Control}]/u.test(filename))
    faults.push(`is named ${JSON.stringify(filename)}`);

  const original = await session.request(`/api/documents/${documentId}/content`);
  await original.body?.cancel();
  const headers = Object.fromEntries(original.headers);
  const {
    'content-disposition': disposition = '',
    'x-content-type-options': sniffing,
    'content-security-policy': policy,
  } = headers;
  if (!safeDisposition.test(disposition)) faults.push(`is given out as ${JSON.stringify(disposition)}`);
  if (sniffing !== 'nosniff') faults.push('is given out for browsers to guess what it is');
  if (!policy?.includes("default-src 'none'")) faults.push('is given out without a policy that forbids scripts');

  if (outcome === 'ready' && file.text !== undefined) {
    const { text } = (await (await session.request(`/api/documents/${documentId}/text`)).json()) as { text: string };
    if (!text.includes(file.text)) faults.push('lacks the text that it has');
  }
  return faults;
}

/** Asks for a review without waiting. @returns the analysis' id */
export async function requestReview(session: GatewaySession, documentId: string): Promise<string> {
  const response = await session.request(`/api/analyze/${documentId}?wait=0`, withJson({ force: true }));
  return ((await response.json()) as { analysis_id: string }).analysis_id;
}

/** Waits until a review has ended. @returns its status */
export async function statusOfReview(session: GatewaySession, analysisId: string, timeoutMs: number): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const response = await session.request(`/api/analyses/${analysisId}`);
    const { status } = (await response.json()) as { status: string };
    if ((status !== 'queued' && status !== 'running') || performance.now() > deadline) return status;
    await sleep(100);
  }
}
