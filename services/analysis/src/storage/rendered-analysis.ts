import { renderedFrom } from '@contract-reviewer/platform/json/rendered-json';
import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { Analysis } from '../domain/analysis.ts';
import type { RenderedAnalysis } from './analysis-store.ts';

/**
 * An analysis as REST gives it: one object in the documented schema, the findings beside the rest.
 *
 * @param review the JSON of an object in that schema, too; undefined if there is none
 */
export function renderAnalysis(analysis: Omit<Analysis, 'review'>, review: string | undefined): RenderedAnalysis {
  const { documentId, status, requestedBy, startedAt, textSha256, version1Original, ...fields } = analysis;
  const head = { ...fields, documentId, status, ...(textSha256 === '' ? {} : { textSha256 }) };
  const body = JSON.stringify({
    ...(toSnakeCase(head) as object),
    ...(version1Original === undefined ? {} : { version1_original: JSON.parse(version1Original) as object }),
  });
  return {
    documentId,
    status,
    requestedBy,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(version1Original === undefined ? {} : { version1Original }),
    json: renderedFrom(review === undefined ? body : joined(body, review)),
  };
}

/** The JSON of an object with the members of both, neither of which is empty. */
function joined(first: string, second: string): string {
  return `${first.slice(0, -1)},${second.slice(1)}`;
}
