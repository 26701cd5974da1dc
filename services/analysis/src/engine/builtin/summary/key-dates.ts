import type { NumericOrder } from '../expressions/dates.ts';
import type { Segment } from '../text/segmentation.ts';
import { agreementDate, blankDate, introductionOf, signatureDate } from './agreement-date.ts';
import { effectiveDate, impliedEffectiveDate } from './effective-date.ts';
import type { StatedDate } from './stated-date.ts';
import { findTerm } from './term.ts';

export interface KeyDates {
  agreement?: StatedDate;
  effective?: StatedDate;
  expiration?: StatedDate;
  /** How long the contract runs. */
  term?: string;
}

/** Finds when a contract was made, takes effect and ends; an end that is not stated is computed from start and term. */
export function findKeyDates(segments: readonly Segment[], opening: readonly Segment[], order: NumericOrder): KeyDates {
  const introduction = introductionOf(opening);
  const signed = signatureDate(segments, order);
  const agreement = agreementDate(introduction, order) ?? signed ?? blankDate(introduction);
  const effective =
    effectiveDate({ segments, introduction, order, agreement, signed }) ??
    impliedEffectiveDate(introduction, agreement);
  const term = findTerm(segments, order, effective?.date ?? agreement?.date);
  return {
    ...(agreement && { agreement }),
    ...(effective && { effective }),
    ...(term && { expiration: term.expiration, term: term.text }),
  };
}
