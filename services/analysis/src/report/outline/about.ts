import type { Analysis, Review } from '../../domain/analysis.ts';
import type { Fact, Section } from './outline.ts';
import { scoreText } from './wording.ts';

/** How the review came about, and what it does not claim. */
export function aboutReview(
  analysis: Analysis,
  { coverage, confidenceScore, droppedFindings, fallback }: Review,
): Section {
  const percent = coverage.totalChars === 0 ? 100 : (100 * coverage.readChars) / coverage.totalChars;
  const share = `${percent === 100 ? '100' : Math.min(99.9, percent).toFixed(1)} %`;
  const rows: [string, string | undefined][] = [
    [
      'Read',
      `${share} of ${coverage.totalChars.toLocaleString('en-US')} characters, ${coverage.pages} ${coverage.pages === 1 ? 'page' : 'pages'}`,
    ],
    ...coverage.unread.map(({ start, end, reason }): [string, string] => [
      'Not read',
      `characters ${start} to ${end}: ${reason}`,
    ]),
    ['Engine', `${analysis.engine} ${analysis.engineVersion}, ${analysis.modelUsed}`],
    ['In place of', fallback && `${fallback.engine}: ${fallback.message}`],
    ['Rules', analysis.rulesetVersion],
    ['Instructions (SHA-256)', analysis.promptSha256],
    ['Confidence', `${scoreText(confidenceScore)} of 1`],
    [
      'Dropped findings',
      droppedFindings > 0 ? `${droppedFindings} of the language model, which the text does not bear out` : undefined,
    ],
    ['Text (SHA-256)', analysis.textSha256],
    ['Analysis', analysis.analysisId],
    ['Finished', analysis.completedAt?.toISOString()],
  ];
  return {
    topic: 'about',
    title: 'About this review',
    blocks: [
      { kind: 'facts', rows: rows.flatMap(([label, value]): Fact[] => (value ? [{ label, value }] : [])) },
      {
        kind: 'paragraph',
        tone: 'muted',
        text: 'A first reading by software, not legal advice. Every quote stands in the contract as given, white space and invisible characters aside; read it there before you rely on it.',
      },
    ],
  };
}
