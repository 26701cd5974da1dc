import { excerptOf } from '@contract-reviewer/platform/text/excerpt';
import type { Reference, Span } from '../../domain/analysis.ts';
import type { Finding } from './outline.ts';
import { placeOf } from './wording.ts';

const longestReference = 300;
/** A heading says no more than the name of its section does. */
const longestHeading = 60;

/** What the quoted passages refer to and do not quote themselves; headings alone are named and not quoted. */
export function referenceLines(references: readonly Reference[], quoted: readonly Span[]): Finding['lines'] {
  const elsewhere = references.filter(
    ({ span }) => !quoted.some(({ start, end }) => start <= span.start && span.end <= end),
  );
  const headings = elsewhere.filter(isHeading);
  return [
    ...elsewhere
      .filter((reference) => !isHeading(reference))
      .map(({ label, span }) => ({
        label: `See ${label}`,
        text: `${excerptOf(span.quote, longestReference)} (${placeOf([span])})`,
      })),
    ...(headings.length > 0
      ? [{ label: 'See', text: headings.map(({ label, span }) => `${label} (${placeOf([span])})`).join(', ') }]
      : []),
  ];
}

function isHeading({ span: { quote } }: Reference): boolean {
  return quote.length <= longestHeading && !/[.;:]["'”’)]*$/.test(quote);
}
