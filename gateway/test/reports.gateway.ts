import { beforeAll, describe, expect, it } from 'vitest';
import { formWith, type GatewayStack, problemIn } from './gateway-stack.ts';

const contract = (term: string, state: string) =>
  'SERVICES AGREEMENT\n\nThis Services Agreement is effective as of March 1, 2026 by and between Alder Works Ltd. and ' +
  `Birch Supplies Inc.\n\n1. Governing Law. This Agreement shall be governed by the laws of the State of ${state}.\n\n` +
  `2. Term. This Agreement shall continue for ${term} from the Effective Date.\n`;

/** @param open the gateway, and a session of a user at it, once they are there */
export function describeReports(open: () => { gateway: GatewayStack; headers: { authorization: string } }): void {
  let inject: GatewayStack['server']['inject'];
  let gateway: GatewayStack;
  let headers: { authorization: string };
  let first: string;
  let second: string;
  beforeAll(async () => {
    ({ gateway, headers } = open());
    inject = gateway.server.inject.bind(gateway.server);
    first = await reviewOf(contract('three years', 'New York'));
    second = await reviewOf(contract('five years', 'Delaware'));
  });

  async function reviewOf(text: string): Promise<string> {
    const upload = await inject({ method: 'POST', url: '/api/upload', headers, payload: formWith(text) });
    const url = `/api/analyze/${upload.json().document_id}?wait=30`;
    return (await inject({ method: 'POST', url, headers })).json().analysis_id;
  }

  const report = (id: string, format: string, extra = {}) =>
    inject({ url: `/api/analyses/${id}/report?format=${format}`, headers: { ...headers, ...extra } });

  describe('GET /api/analyses/{id}/report', () => {
    it.each([
      ['md', 'text/markdown; charset=utf-8', '# Review: '],
      ['html', 'text/html; charset=utf-8', '<!DOCTYPE html>'],
      ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'PK'],
      ['ics', 'text/calendar; charset=utf-8', 'BEGIN:VCALENDAR'],
      ['json', 'application/json; charset=utf-8', '{'],
    ])('gives %s as a file to save, and never as a page to show', async (format, mediaType, start) => {
      const response = await report(first, format);
      expect(response.statusCode, response.body.slice(0, 500)).toBe(200);
      expect(response.headers).toMatchObject({
        'content-type': mediaType,
        'content-disposition': expect.stringMatching(new RegExp(`^attachment; filename="[^"/]+\\.review\\.${format}"`)),
        'content-length': String(response.rawPayload.length),
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cache-control': 'private, no-cache',
      });
      expect(response.body.startsWith(start)).toBe(true);
    });

    it('gives as JSON what the review itself is', async () => {
      const review = await inject({ url: `/api/analyses/${first}`, headers });
      expect((await report(first, 'json')).json()).toEqual(review.json());
    });

    it('gives the same bytes again, or says that the client has them', async () => {
      const { headers: sent, rawPayload } = await report(first, 'docx');
      expect((await report(first, 'docx')).rawPayload.equals(rawPayload)).toBe(true);
      const again = await report(first, 'docx', { 'if-none-match': sent.etag });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    });

    it('refuses a format that it does not know, and none', async () => {
      for (const query of ['?format=exe', '']) {
        const response = await inject({ url: `/api/analyses/${first}/report${query}`, headers });
        expect([response.statusCode, response.json().errors[0].field]).toEqual([400, 'format']);
      }
    });
  });

  describe('GET /api/analyses/{a}/diff/{b}', () => {
    const diff = (a: string, b: string) => inject({ url: `/api/analyses/${a}/diff/${b}`, headers });

    it('tells what changed from one version of a contract to another, with the quotes of both', async () => {
      const response = await diff(first, second);
      expect(response.statusCode, response.body).toBe(200);
      const body = response.json();
      expect(body).toMatchObject({
        before: { analysis_id: first },
        after: { analysis_id: second },
        same_text: false,
        same_reviewer: true,
      });
      expect(body.facts).toContainEqual({ field: 'governing_law', before: 'New York', after: 'Delaware' });
      const law = body.clauses.changed.find(({ category }: { category: string }) => category === 'Governing Law');
      expect(law.passages[0].before.quote).toContain('New York');
      expect(law.passages[0].after.quote).toContain('Delaware');
    });

    it('finds nothing between a review and itself', async () => {
      const { clauses, risks, facts } = (await diff(first, first)).json();
      expect([facts, clauses.changed, risks.added, risks.worsened]).toEqual([[], [], [], []]);
    });
  });

  it('reviews of foreign documents can neither be handed on nor compared, and nobody learns that they are there', async () => {
    const stranger = await gateway.loginAsNewUser();
    for (const path of [`${first}/report?format=md`, `${first}/diff/${second}`]) {
      const response = await inject({ url: `/api/analyses/${path}`, headers: stranger });
      expect(problemIn(response)).toMatchObject({ status: 404, reason: 'ANALYSIS_NOT_FOUND' });
    }
  });
}
