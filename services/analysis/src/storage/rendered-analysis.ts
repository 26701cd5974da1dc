import { renderJson } from '@contract-reviewer/platform/json/rendered-json';
import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { Analysis } from '../domain/analysis.ts';
import type { RenderedAnalysis } from './analysis-store.ts';

/**
 * An analysis as REST gives it: one object in the documented schema, the findings beside the rest.
 *
 * @param review in the documented schema, too; null if there is none
 */
export function renderAnalysis(analysis: Omit<Analysis, 'review'>, review: object | null): RenderedAnalysis {
  const { documentId, status, requestedBy, startedAt, textSha256, version1Original, ...fields } = analysis;
  const head = { ...fields, documentId, status, ...(textSha256 === '' ? {} : { textSha256 }) };
  const body = {
    ...(toSnakeCase(head) as object),
    ...review,
    ...(version1Original === undefined ? {} : { version1_original: JSON.parse(version1Original) as object }),
  };
  return {
    documentId,
    status,
    requestedBy,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(version1Original === undefined ? {} : { version1Original }),
    json: renderJson(body),
  };
}
