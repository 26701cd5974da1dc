import { renderJson } from '@contract-reviewer/platform/json/rendered-json';
import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { Analysis } from '../domain/analysis.ts';
import type { RenderedAnalysis } from './analysis-store.ts';

/** An analysis as REST gives it: one object in the documented schema, the findings beside the rest. */
export function renderAnalysis(analysis: Analysis): RenderedAnalysis {
  const { documentId, status, requestedBy, startedAt, textSha256, version1Original, review, ...fields } = analysis;
  const body = {
    ...(toSnakeCase({
      ...fields,
      documentId,
      status,
      ...(textSha256 === '' ? {} : { textSha256 }),
      ...review,
    }) as object),
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
