import {
  attempting,
  beginning,
  continuing,
  following,
  reading,
  readingWhole,
  rendering,
  sweeping,
  type Work,
  writing,
} from '@contract-reviewer/platform/admission/work';

/** What machines ask, which is how operators see that there is too much to do. */
export const alwaysLetIn = 'always let in';

/** What requests are to those who let them in, where the method does not tell. */
export const workOfRoutes: Readonly<Record<string, Work | typeof alwaysLetIn>> = {
  'GET /healthz': alwaysLetIn,
  'GET /readyz': alwaysLetIn,
  'GET /metrics': alwaysLetIn,
  'POST /api/login': attempting,
  'POST /api/password': attempting,
  'POST /api/upload': beginning,
  'POST /api/analyze/:document_id': continuing,
  'GET /api/analyses/:analysis_id/events': following,
  'GET /api/analyses/:analysis_id/report': rendering,
  'GET /api/analyses/:before_id/diff/:after_id': rendering,
  'GET /api/documents/:document_id/content': following,
  'GET /api/documents/:document_id/text': readingWhole,
  'GET /api/audit/verify': sweeping,
  'GET /api/audit/export': sweeping,
  'POST /api/audit/seal': sweeping,
  'POST /api/admin/consistency': sweeping,
  'POST /api/admin/migration': sweeping,
};

export function workOfRoute(method: string, url: string): Work | typeof alwaysLetIn {
  const read = method === 'GET' || method === 'HEAD';
  return workOfRoutes[`${read ? 'GET' : method} ${url}`] ?? (read ? reading : writing);
}
