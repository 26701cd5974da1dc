import { styleText } from 'node:util';
import type { Clause, FinishedAnalysis, KeyDate, Risk, Span, Summary } from './analysis.ts';
import { printable } from './printable.ts';

const width = 100;
const quoteLimit = 280;
const shownObligations = 15;
const shownQuotes = 3;
const levels = ['high', 'medium', 'low', 'info'] as const;
const levelStyles = { high: 'red', medium: 'yellow', low: 'cyan', info: 'gray' } as const;

/** A review as a lawyer would read it: what it is, what is risky, what is there, what is missing, what is due. */
export function renderAnalysis(name: string, stored: FinishedAnalysis): string {
  const analysis = printable(stored);
  return [
    heading(printable(name), analysis),
    renderSummary(analysis.summary),
    renderKeyDates(analysis.key_dates),
    renderRisks(analysis),
    renderClauses(analysis.clauses),
    renderMissing(analysis),
    renderObligations(analysis),
    renderCoverage(analysis),
  ]
    .flat()
    .join('\n');
}

function heading(name: string, { summary }: FinishedAnalysis): string[] {
  return ['', bold('='.repeat(width)), bold(`${summary.document_type} - ${name}`), bold('='.repeat(width))];
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

/** The computed days alone: those that the contract states are in the summary already. */
function renderKeyDates(keyDates: readonly KeyDate[]): string[] {
  const computed = keyDates.filter(({ arithmetic }) => arithmetic !== undefined);
  if (computed.length === 0) return [];
  return ['', ...computed.flatMap(({ date, title, arithmetic }) => wrap(`${title} (${arithmetic})`, `${date}  `, 12))];
}

function renderRisks({ risks, risk_score, risk_scoring, position }: FinishedAnalysis): string[] {
  const score = `, risk score ${risk_score.toFixed(2)} of 1`;
  const side = position === 'neutral' ? '' : `, for the ${position}`;
  const sorted = [...risks].sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
  return [
    ...section(`Risks (${risks.length}${score}${side})`),
    ...sorted.flatMap(renderRisk),
    ...(risk_scoring && risks.length > 0 ? wrap(`Risk score: ${risk_scoring.arithmetic}`, '', 0).map(dim) : []),
  ];
}

function renderRisk(risk: Risk): string[] {
  return [
    `${styleText(levelStyles[risk.level], risk.level.toUpperCase().padEnd(7))}${bold(risk.title)} ${dim(`${risk.rule_id}${whoSays(risk)}`)}`,
    ...wrap(risk.reason, '       ', 7),
    ...wrap(`Ask for: ${risk.ask_for}`, '       ', 7),
    ...risk.spans.slice(0, shownQuotes).flatMap((span) => quote(span, 7)),
    ...risk.references.flatMap(({ label, span }) => wrap(`${label}: "${clip(span.quote)}"`, '       ', 7).map(dim)),
    ...risk.searches.flatMap(renderSearch),
    '',
  ];
}

function renderSearch({ category, searched, nearest }: Risk['searches'][number]): string[] {
  const closest = nearest ? `; closest was "${clip(nearest.quote)}" with ${nearest.score.toFixed(2)} of 1` : '';
  return wrap(`Searched for ${category} (${searched.join('; ')})${closest}`, '       ', 7).map(dim);
}

function renderClauses(clauses: readonly Clause[]): string[] {
  const present = clauses.filter((clause) => clause.present);
  return [
    ...section(`Clauses found (${present.length})`),
    ...present.flatMap((clause) => [
      `${bold(clause.category)}${clause.value ? `: ${clause.value}` : ''} ${dim(`score ${clause.score.toFixed(2)}${whoSays(clause)}`)}`,
      ...clause.spans.slice(0, 1).flatMap((span) => quote(span, 2)),
    ]),
  ];
}

function renderMissing({ missing_clauses, summary }: FinishedAnalysis): string[] {
  const missing = missing_clauses.map(({ category }) => category).join(', ');
  return [
    ...section(`Looked for and not found (${missing_clauses.length})`),
    ...wrap(
      missing || `Everything that is usual in a document of this kind is there: ${summary.document_type}.`,
      '',
      0,
    ),
  ];
}

function renderObligations({ obligations }: FinishedAnalysis): string[] {
  if (obligations.length === 0) return [];
  const dated = obligations.filter(({ due }) => due !== undefined);
  const shown = [...dated, ...obligations.filter(({ due }) => due === undefined)].slice(0, shownObligations);
  const more = obligations.length - shown.length;
  return [
    ...section(`Obligations (${obligations.length}), those with a date first`),
    ...shown.flatMap(({ party, action, due, due_date, condition, spans }) =>
      wrap(
        `${bold(party)}: ${clip(action)}${condition ? ` (${clip(condition)})` : ''}${spans[0] ? dim(` p. ${spans[0].page}`) : ''}`,
        due ? `[${due}${due_date ? `: ${due_date}` : ''}] ` : '- ',
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
  fallback,
  processing_time_ms,
}: FinishedAnalysis): string[] {
  const share = coverage.total_chars === 0 ? 100 : (100 * coverage.read_chars) / coverage.total_chars;
  const pages = `${share.toFixed(share === 100 ? 0 : 1)} % of the text of ${coverage.pages} pages`;
  const facts = [
    `read ${pages}`,
    `engine ${engine} ${engine_version}`,
    `${(processing_time_ms / 1000).toFixed(1)} s`,
    `confidence ${confidence_score.toFixed(2)} of 1`,
  ];
  return [
    '',
    ...(fallback
      ? [styleText('yellow', `Reviewed by the built-in engine instead of ${fallback.engine}: ${fallback.message}`)]
      : []),
    ...coverage.unread.map(({ reason }) => styleText('yellow', `Not read: ${reason}`)),
    dim(facts.join(', ')),
  ];
}

/** Whose finding it is, where a language model reviewed beside the built-in engine. */
function whoSays({ source, agreement }: Pick<Risk, 'source' | 'agreement'>): string {
  return agreement === undefined ? '' : `, ${source === 'model' ? 'language model' : 'built-in'}: ${agreement}`;
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
