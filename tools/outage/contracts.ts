import { type GatewaySession, withJson } from '../gateway/gateway-session.ts';

const count = 20;

/** Uploads contracts and has them reviewed. @returns the paths to read them by, and their reviews, and the list */
export async function prepareReads(session: GatewaySession): Promise<string[]> {
  const paths: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const form = new FormData();
    const text = `NDA ${number} between Alder Ltd. and Birch Inc., governed by the laws of Delaware.`;
    form.set('file', new Blob([text]), `contract-${number}.txt`);
    const uploaded = await session.request('/api/upload', { method: 'POST', body: form });
    const { document_id } = (await uploaded.json()) as { document_id: string };
    const reviewed = await session.request(`/api/analyze/${document_id}?wait=30`, withJson({}));
    const { analysis_id } = (await reviewed.json()) as { analysis_id: string };
    paths.push(
      `/api/documents/${document_id}`,
      `/api/analyses/${analysis_id}`,
      `/api/documents/${document_id}/analysis`,
    );
  }
  return [...paths, '/api/documents?limit=10'];
}
