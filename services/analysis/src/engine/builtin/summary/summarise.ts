import type { Summary } from '../../../domain/analysis.ts';
import type { CuadCategory, Topic } from '../clauses/categories.ts';
import { type Detections, scoreOf } from '../clauses/detect.ts';
import type { IdentityFindings } from '../clauses/report.ts';
import type { ClauseValue } from '../clauses/values.ts';
import { numericOrderOf } from '../expressions/dates.ts';
import { firstJurisdiction } from '../expressions/jurisdictions.ts';
import { type Legibility, leastEnglish } from '../legibility.ts';
import type { TextRange } from '../spans.ts';
import type { Segment } from '../text/segmentation.ts';
import { type DocumentType, notAContract, typeOf } from './document-types.ts';
import { findKeyDates, type KeyDates } from './key-dates.ts';
import { keyPoints } from './key-points.ts';
import { labelledValue, openingOf } from './opening.ts';
import { describeParty, findParties, type Party } from './parties.ts';
import { isAutomatic } from './renewal.ts';
import { isoOf, type StatedDate } from './stated-date.ts';
import { findTitle, type Title } from './title.ts';

/** What the opening pages and the term clause say, before any clause is looked for. */
export interface Identity {
  title: Title | undefined;
  type: Pick<DocumentType, 'name' | 'expects'>;
  parties: Party[];
  dates: KeyDates;
  /** Whether it is one at all: it uses the language of contracts or, being short, is called one and names its parties. */
  isContract: boolean;
}

/** @param lower the document's text in lower case. */
export function identify(segments: readonly Segment[], lower: string, legibility: Legibility): Identity {
  const opening = openingOf(segments);
  const title = findTitle(opening);
  const parties = findParties(opening, segments);
  const isContract = legibility.contract || (title !== undefined && parties.length > 1);
  return {
    title,
    type: isContract && legibility.english >= leastEnglish ? typeOf(title?.text, lower) : notAContract,
    parties,
    dates: findKeyDates(segments, opening, numericOrderOf(lower)),
    isContract,
  };
}

/** Stated in so many words. */
const stated = scoreOf(3);
/** Found, but left blank or fixed by an event. */
const indirect = scoreOf(1);

/** The categories that are answered from the document's identity. */
export function identityFindings({ title, parties, dates }: Identity): IdentityFindings {
  const findings = new Map<CuadCategory, { ranges: TextRange[]; value?: string; score: number }>();
  if (title) findings.set('Document Name', { ranges: [title], value: title.text, score: stated });
  if (parties.length > 0)
    findings.set('Parties', {
      ranges: parties.flatMap(({ ranges }) => ranges),
      value: parties.map(describeParty).join('; '),
      score: stated,
    });
  const addDate = (category: CuadCategory, date: StatedDate | undefined) => {
    if (!date) return;
    const value = isoOf(date);
    findings.set(category, { ranges: [date.range], ...(value && { value }), score: value ? stated : indirect });
  };
  addDate('Agreement Date', dates.agreement);
  addDate('Effective Date', dates.effective);
  addDate('Expiration Date', dates.expiration);
  return findings;
}

export function summarise(
  segments: readonly Segment[],
  { type, parties, dates }: Identity,
  detections: Detections,
  values: ReadonlyMap<Topic, ClauseValue>,
): Summary {
  const label = labelledValue(segments, /^governing law(?: and .{0,30})?$/);
  const governingLaw = values.get('Governing Law')?.text ?? (label && firstJurisdiction(label.text));
  const renewal = describeRenewal(hitsOf(detections, 'Renewal Term'), values.get('Renewal Term'));
  const noticePeriod = describeNotice(values);
  const agreementDate = dates.agreement && isoOf(dates.agreement);
  const effectiveDate = dates.effective && isoOf(dates.effective);
  const expirationDate = dates.expiration && isoOf(dates.expiration);
  const facts = {
    documentType: type.name,
    parties: parties.map(describeParty),
    ...(agreementDate && { agreementDate }),
    ...(effectiveDate && { effectiveDate }),
    ...(expirationDate && { expirationDate }),
    ...(dates.term && { term: dates.term }),
    ...(renewal && { renewal }),
    ...(noticePeriod && { noticePeriod }),
    ...(governingLaw && { governingLaw }),
  };
  return { ...facts, keyPoints: keyPoints(facts, detections, values) };
}

function hitsOf(detections: Detections, topic: Topic): Segment[] {
  return detections.get(topic)?.hits.map(({ segment }) => segment) ?? [];
}

function describeRenewal(clauses: readonly Segment[], period: ClauseValue | undefined): string | undefined {
  if (clauses.length === 0) return undefined;
  const manner = isAutomatic(clauses) ? 'renews automatically' : 'can be renewed';
  return period ? `${manner}, ${period.text} at a time` : manner;
}

function describeNotice(values: ReadonlyMap<Topic, ClauseValue>): string | undefined {
  const renewal = values.get('Notice Period To Terminate Renewal')?.text;
  const convenience = values.get('Termination For Convenience')?.text;
  const parts = [
    renewal && `${renewal} to stop renewal`,
    convenience && `${convenience} to terminate without cause`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join('; ') : undefined;
}
