import pg from 'pg';
import { GatewaySession, withJson } from '../gateway/gateway-session.ts';
import { HOST } from '../stack/process-environment.ts';
import type { ServiceName } from '../stack/process-names.ts';
import type { BenchSystem } from './system.ts';

/** What there is to be read. */
export interface Seed {
  /** The bearer token of the documents' owner. */
  token: string;
  sessionId: string;
  /** Of the documents, in no order that means anything. */
  documentIds: readonly string[];
  analysisIds: readonly string[];
  /** What the system answers for one of each, as the references answer it. */
  documentBody: string;
  analysisBody: string;
}

const analysisBytes = 9_000;
const lists = ['clauses', 'missing_clauses', 'risks', 'obligations'] as const;
type Analysis = Record<(typeof lists)[number], unknown[]>;

/** Uploads a contract and has it reviewed, then copies both in PostgreSQL until there are as many as wanted. */
export async function seed({ port, admin, stack }: BenchSystem, count: number): Promise<Seed> {
  const session = await GatewaySession.open(new URL(`http://${HOST}:${port}`), admin);
  const form = new FormData();
  form.set('file', new Blob([contract]), 'master-services-agreement.txt');
  const { document_id } = (await (await session.request('/api/upload', { method: 'POST', body: form })).json()) as {
    document_id: string;
  };
  const asked = await session.request(`/api/analyze/${document_id}?wait=30`, withJson({}));
  const { analysis_id } = (await asked.json()) as { analysis_id: string };
  const documentBody = await (await session.request(`/api/documents/${document_id}`)).text();
  const analysis = (await (await session.request(`/api/analyses/${analysis_id}`)).json()) as Analysis;
  const { sessions } = (await (await session.request('/api/sessions')).json()) as {
    sessions: { session_id: string }[];
  };

  const documentIds = await copyDocuments(stack.databaseUrls, document_id, count);
  const analysisIds = await copyAnalyses(stack.databaseUrls, analysis_id, documentIds, findingsOf(shortened(analysis)));
  const analysisBody = await (await session.request(`/api/analyses/${analysisIds[0]}`)).text();
  const sessionId = sessions[0]?.session_id as string;
  return { token: session.token, sessionId, documentIds, analysisIds, documentBody, analysisBody };
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

function copyDocuments(urls: Record<ServiceName, string>, documentId: string, count: number): Promise<string[]> {
  return withClient(urls.document, async (client) => {
    const { rows } = await client.query<{ document_id: string }>(
      `INSERT INTO document.documents
       SELECT (jsonb_populate_record(original, jsonb_build_object(
                'document_id', gen_random_uuid(), 'created_at', original.created_at + number * interval '1 second'))).*
         FROM document.documents original, generate_series(1, $2::int) number
        WHERE document_id = $1
       RETURNING document_id`,
      [documentId, count],
    );
    await client.query('ANALYZE document.documents');
    return rows.map((row) => row.document_id);
  });
}

function copyAnalyses(
  urls: Record<ServiceName, string>,
  analysisId: string,
  documentIds: readonly string[],
  findings: Analysis,
): Promise<string[]> {
  return withClient(urls.analysis, async (client) => {
    await client.query(
      'INSERT INTO analysis.document_heads (document_id, last_result_sequence) SELECT unnest($1::text[]), 1',
      [documentIds],
    );
    const { rows } = await client.query<{ analysis_id: string }>(
      `INSERT INTO analysis.analyses
       SELECT (jsonb_populate_record(original, jsonb_build_object(
                'analysis_id', gen_random_uuid(), 'document_id', copy.document_id, 'review', review || $3::jsonb))).*
         FROM analysis.analyses original, unnest($2::text[]) AS copy (document_id)
        WHERE analysis_id = $1
       RETURNING analysis_id`,
      [analysisId, documentIds, JSON.stringify(findings)],
    );
    await client.query(
      `UPDATE analysis.document_heads SET latest_analysis_id = analyses.analysis_id
         FROM analysis.analyses WHERE analyses.document_id = document_heads.document_id`,
    );
    await client.query('ANALYZE analysis.analyses, analysis.document_heads');
    return rows.map((row) => row.analysis_id);
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
