import type { FinishedAnalysis } from '../analysis.ts';
import { dim, warning } from './layout.ts';

/** What was read, by whom, and how far to trust it. */
export function renderCoverage({
  coverage,
  confidence_score,
  engine,
  engine_version,
  fallback,
  processing_time_ms,
}: FinishedAnalysis): string[] {
  const share = coverage.total_chars === 0 ? 100 : (100 * coverage.read_chars) / coverage.total_chars;
  const pages = `${coverage.pages} page${coverage.pages === 1 ? '' : 's'}`;
  const facts = [
    `read ${share.toFixed(share === 100 ? 0 : 1)} % of the text of ${pages}`,
    `engine ${engine} ${engine_version}`,
    `${(processing_time_ms / 1000).toFixed(1)} s`,
    `confidence ${confidence_score.toFixed(2)} of 1`,
  ];
  return [
    '',
    ...(fallback
      ? [warning(`Reviewed by the built-in engine instead of ${fallback.engine}: ${fallback.message}`)]
      : []),
    ...coverage.unread.map(({ start, end, reason }) => warning(`Not read: characters ${start} to ${end}: ${reason}`)),
    dim(facts.join(', ')),
  ];
}
