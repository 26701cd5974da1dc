import { styleText } from 'node:util';
import type { Analysis, Clause, Risk, Span, Summary } from './analysis.ts';
import { printable } from './printable.ts';

const width = 100;
const quoteLimit = 280;
const shownObligations = 15;
const levels = ['high', 'medium', 'low', 'info'] as const;
const levelStyles = { high: 'red', medium: 'yellow', low: 'cyan', info: 'gray' } as const;

/** A review as a lawyer would read it: what it is, what is risky, what is there, what is missing, what is due. */
export function renderAnalysis(name: string, stored: Analysis): string {
  const analysis = printable(stored);
  return [
    heading(printable(name), analysis),
    analysis.summary ? renderSummary(analysis.summary) : [],
    renderRisks(analysis),
    renderClauses(analysis.clauses),
    renderMissing(analysis),
    renderObligations(analysis),
    renderCoverage(analysis),
  ]
    .flat()
    .join('\n');
}

function heading(name: string, { status, summary, error }: Analysis): string[] {
  const lines = ['', bold('='.repeat(width)), bold(`${summary?.document_type ?? 'Contract'} - ${name}`)];
  if (error) lines.push(styleText('red', `The review ${status}: ${error.message}`));
  return [...lines, bold('='.repeat(width))];
}

function renderSummary(summary: Summary): string[] {
  const facts: [string, string | undefined][] = [
    ['Parties', summary.parties.join('; ') || undefined],
    ['Agreement date', summary.agreement_date],
    ['Effective', summary.effective_date],
    ['Expires', summary.expiration_date],
    ['Term', summary.term],
    ['Renewal', summary.renewal],
    ['Notice period', summary.notice_period],
    ['Governing law', summary.governing_law],
  ];
  return [
    ...facts.flatMap(([label, value]) => (value ? wrap(value, `${label.padEnd(16)}`, 16) : [])),
    ...(summary.key_points.length > 0 ? ['', ...summary.key_points.flatMap((point) => wrap(point, '* ', 2))] : []),
  ];
}

function renderRisks({ risks, risk_score }: Analysis): string[] {
  const score = risk_score === undefined ? '' : `, risk score ${risk_score.toFixed(2)} of 1`;
  const sorted = [...risks].sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
  return [...section(`Risks (${risks.length}${score})`), ...sorted.flatMap(renderRisk)];
}

function renderRisk(risk: Risk): string[] {
  return [
    `${styleText(levelStyles[risk.level], risk.level.toUpperCase().padEnd(7))}${bold(risk.title)} ${dim(risk.rule_id)}`,
    ...wrap(risk.reason, '       ', 7),
    ...wrap(`Ask for: ${risk.ask_for}`, '       ', 7),
    ...risk.spans.slice(0, 2).flatMap((span) => quote(span, 7)),
    '',
  ];
}

function renderClauses(clauses: readonly Clause[]): string[] {
  const present = clauses.filter((clause) => clause.present);
  return [
    ...section(`Clauses found (${present.length})`),
    ...present.flatMap((clause) => [
      `${bold(clause.category)}${clause.value ? `: ${clause.value}` : ''} ${dim(`score ${clause.score.toFixed(2)}`)}`,
      ...clause.spans.slice(0, 1).flatMap((span) => quote(span, 2)),
    ]),
  ];
}

function renderMissing({ missing_clauses }: Analysis): string[] {
  if (missing_clauses.length === 0) return [];
  return [
    ...section(`Looked for and not found (${missing_clauses.length})`),
    ...wrap(missing_clauses.map(({ category }) => category).join(', '), '', 0),
  ];
}

function renderObligations({ obligations }: Analysis): string[] {
  if (obligations.length === 0) return [];
  const dated = obligations.filter(({ due }) => due !== undefined);
  const shown = [...dated, ...obligations.filter(({ due }) => due === undefined)].slice(0, shownObligations);
  const more = obligations.length - shown.length;
  return [
    ...section(`Obligations (${obligations.length}), those with a date first`),
    ...shown.flatMap(({ party, action, due, condition, spans }) =>
      wrap(
        `${bold(party)}: ${clip(action)}${condition ? ` (${clip(condition)})` : ''}${spans[0] ? dim(` p. ${spans[0].page}`) : ''}`,
        due ? `[${due}] ` : '- ',
        2,
      ),
    ),
    ...(more > 0 ? [dim(`... and ${more} more; --json shows all`)] : []),
  ];
}

function renderCoverage({
  coverage,
  confidence_score,
  engine,
  engine_version,
  processing_time_ms,
}: Analysis): string[] {
  const parts = [`engine ${engine} ${engine_version}`, `${(processing_time_ms / 1000).toFixed(1)} s`];
  if (coverage) {
    const share = coverage.total_chars === 0 ? 100 : (100 * coverage.read_chars) / coverage.total_chars;
    parts.unshift(`read ${share.toFixed(share === 100 ? 0 : 1)} % of ${coverage.pages} pages`);
    for (const { start, end, reason } of coverage.unread)
      parts.push(`not read: characters ${start}-${end} (${reason})`);
  }
  if (confidence_score !== undefined) parts.push(`confidence ${confidence_score.toFixed(2)} of 1`);
  return ['', dim(parts.join(', '))];
}

function section(title: string): string[] {
  return ['', bold(title), '-'.repeat(width)];
}

function quote(span: Span, indent: number): string[] {
  return wrap(`"${clip(span.quote)}" (p. ${span.page})`, ' '.repeat(indent), indent).map(dim);
}

function clip(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= quoteLimit ? line : `${line.slice(0, quoteLimit)}...`;
}

function wrap(text: string, first: string, indent: number): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else {
      line = line === '' || line.endsWith(' ') ? line + word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function bold(text: string): string {
  return styleText('bold', text);
}

function dim(text: string): string {
  return styleText('dim', text);
}
