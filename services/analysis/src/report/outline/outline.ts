import type { RiskLevel } from '../../domain/analysis.ts';
import { legible, legibleValue } from '../legible.ts';
import type { ReportSubject } from '../render-report.ts';
import { aboutReview } from './about.ts';
import { atAGlance } from './at-a-glance.ts';
import { foundClauses, missingClauses } from './clauses.ts';
import { keyDates } from './key-dates.ts';
import { monetaryTerms } from './monetary-terms.ts';
import { obligations } from './obligations.ts';
import { risks } from './risks.ts';

/** A piece of a report, free of any format. All texts are single lines. */
export type Block =
  | { kind: 'paragraph'; text: string; tone?: 'warning' | 'muted' }
  | { kind: 'facts'; rows: readonly Fact[] }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'table'; columns: readonly Column[]; rows: readonly (readonly string[])[] }
  | Finding;

export interface Fact {
  label: string;
  value: string;
}

export interface Column {
  title: string;
  /** Of the width of the page, in percent; those of a table make 100. */
  percent: number;
}

export interface Finding {
  kind: 'finding';
  level?: RiskLevel;
  title: string;
  /** Beside the title, smaller: an id, a score. */
  note?: string;
  lines: readonly { label?: string; text: string }[];
  quotes: readonly Quote[];
}

export interface Quote {
  text: string;
  /** Where it stands: `p. 3`. */
  place: string;
}

/** What the sections of a report are, so that a format can leave one out that it shows otherwise. */
export type Topic = 'glance' | 'dates' | 'risks' | 'clauses' | 'missing' | 'obligations' | 'money' | 'about';

export interface Section {
  topic: Topic;
  title: string;
  blocks: readonly Block[];
}

export interface Outline {
  title: string;
  subtitle: string;
  sections: readonly Section[];
}

/** What a report says, in the order in which a lawyer reads: what it is, what is due, what is risky, what is there and what not. */
export function outlineOf({ filename, analysis }: ReportSubject): Outline {
  const { review, ...record } = legibleValue(analysis);
  const sections = [
    atAGlance(record, review),
    keyDates(review),
    risks(review),
    missingClauses(review),
    obligations(review),
    monetaryTerms(review),
    foundClauses(review),
    aboutReview(record, review),
  ];
  return {
    title: `Review: ${review.summary.documentType}`,
    subtitle: legible(filename),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
  };
}
