import { withClient } from '@contract-reviewer/platform/embedded/with-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisId, Review } from '../src/domain/analysis.ts';
import { auditOf, fullReview, resultOf } from './store-fixtures.ts';
import { openPgStores, type StoreHarness, startRun } from './store-harness.ts';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await openPgStores();
});
afterAll(() => harness[Symbol.asyncDispose]());

async function stored(review: Review): Promise<AnalysisId> {
  const run = await startRun(harness);
  await harness.runs.complete(run, resultOf(review), auditOf('analysis_completed', run));
  return run.analysisId;
}

/** Without what this release added, and without lists that an earlier one did not have. */
async function makeEarlier(analysisId: AnalysisId): Promise<void> {
  await withClient(harness.databaseUrl, (client) =>
    client.query(
      `UPDATE analysis.analyses
          SET rendered_review = NULL,
              review = review - 'key_dates' - 'monetary_terms' #- '{clauses,0,references}' #- '{risks,0,references}'
                              #- '{risks,0,searches}'
        WHERE analysis_id = $1`,
      [analysisId],
    ),
  );
}

const body = async (analysisId: AnalysisId) => {
  const rendered = await harness.analyses.getRendered(analysisId);
  return rendered?.json.body.toString() ?? '';
};

const [firstClause, ...clauses] = fullReview.clauses;
const [firstRisk, ...risks] = fullReview.risks;
const withEmptyLists = {
  ...fullReview,
  keyDates: [],
  monetaryTerms: [],
  clauses: [{ ...firstClause, references: [] }, ...clauses.map((clause) => ({ references: [], ...clause }))],
  risks: [{ ...firstRisk, references: [], searches: [] }, ...risks],
} as Review;

describe('a review', () => {
  it('is passed on to the letter as it was saved', async () => {
    const analysisId = await stored(fullReview);
    const [row] = await withClient(harness.databaseUrl, async (client) => {
      const { rows } = await client.query<{ rendered_review: string; is_same: boolean }>(
        'SELECT rendered_review, rendered_review::jsonb = review AS is_same FROM analysis.analyses WHERE analysis_id = $1',
        [analysisId],
      );
      return rows;
    });
    expect(await body(analysisId)).toContain(row?.rendered_review.slice(1));
    expect(row?.is_same).toBe(true);
  });

  it('that an earlier release saved has the lists that it lacks, empty', async () => {
    const analysisId = await stored(fullReview);
    await makeEarlier(analysisId);
    expect((await harness.analyses.get(analysisId))?.review).toEqual(withEmptyLists);
    expect(JSON.parse(await body(analysisId))).toMatchObject({
      key_dates: [],
      monetary_terms: [],
      clauses: withEmptyLists.clauses.map(({ references }) => ({ references })),
      risks: withEmptyLists.risks.map(({ searches }) => ({ searches })),
    });
  });

  it('is the same as an object and as JSON, whichever release saved it', async () => {
    const [ours, earlier] = [await stored(withEmptyLists), await stored(withEmptyLists)];
    await makeEarlier(earlier);
    const [first, second] = [JSON.parse(await body(ours)), JSON.parse(await body(earlier))];
    for (const key of ['coverage', 'summary', 'clauses', 'missing_clauses', 'risks', 'obligations', 'key_dates']) {
      expect(second[key]).toEqual(first[key]);
    }
    expect((await harness.analyses.get(earlier))?.review).toEqual((await harness.analyses.get(ours))?.review);
  });
});
