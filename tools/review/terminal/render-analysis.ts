import type { FinishedAnalysis } from '../analysis.ts';
import { printable } from '../printable.ts';
import { renderClauses, renderMissing } from './clauses.ts';
import { renderCoverage } from './coverage.ts';
import { renderObligations } from './obligations.ts';
import { renderRisks } from './risks.ts';
import { renderSummary } from './summary.ts';

/** A review as a lawyer would read it: what it is, what is risky, what is there, what is missing, what is due. */
export function renderAnalysis(name: string, stored: FinishedAnalysis): string {
  const analysis = printable(stored);
  return [
    renderSummary(printable(name), analysis),
    renderRisks(analysis),
    renderClauses(analysis),
    renderMissing(analysis),
    renderObligations(analysis),
    renderCoverage(analysis),
  ]
    .flat()
    .join('\n');
}
