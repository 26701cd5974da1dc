import { type Analysis, type Review, type RiskLevel, riskLevels } from '../../domain/analysis.ts';
import type { Block, Fact, Section } from './outline.ts';
import { riskScoreText } from './wording.ts';

/** The first half page: what the contract is, and what to know of the review if not all went as it should. */
export function atAGlance({ status, position }: Pick<Analysis, 'status' | 'position'>, review: Review): Section {
  const { summary, coverage } = review;
  const unreadChars = coverage.totalChars - coverage.readChars;
  const blocks: Block[] = [];
  if (review.fallback) {
    const { engine, message } = review.fallback;
    const text = `This review is by the built-in engine, in place of ${engine}. ${message}`;
    blocks.push({ kind: 'paragraph', tone: 'warning', text });
  }
  if (status === 'partial') {
    const unread = `${unreadChars.toLocaleString('en-US')} of ${coverage.totalChars.toLocaleString('en-US')} characters`;
    const text = `This review is partial: ${unread} were not read. The last section lists them. What is said to be missing may stand there.`;
    blocks.push({ kind: 'paragraph', tone: 'warning', text });
  }
  const rows: [string, string | undefined][] = [
    ['Parties', summary.parties.join('; ')],
    ['Agreement date', summary.agreementDate],
    ['Effective', summary.effectiveDate],
    ['Expires', summary.expirationDate],
    ['Term', summary.term],
    ['Renewal', summary.renewal],
    ['Notice period', summary.noticePeriod],
    ['Governing law', summary.governingLaw],
    ['Risks', riskCounts(review)],
    ['Reviewed for', position === 'neutral' ? undefined : `the ${position}`],
  ];
  blocks.push({ kind: 'facts', rows: rows.flatMap(([label, value]): Fact[] => (value ? [{ label, value }] : [])) });
  if (summary.keyPoints.length > 0) blocks.push({ kind: 'list', items: summary.keyPoints });
  return { topic: 'glance', title: 'At a glance', blocks };
}

function riskCounts({ risks, riskScore }: Review): string {
  const countOf = (level: RiskLevel) => risks.filter((risk) => risk.level === level).length;
  const counts = riskLevels.filter((level) => countOf(level) > 0).map((level) => `${countOf(level)} ${level}`);
  return `${counts.join(', ') || 'none found'} (score ${riskScoreText(riskScore)} of 1)`;
}
