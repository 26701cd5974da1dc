import type { Topic } from '../clauses/categories.ts';
import type { Detections } from '../clauses/detect.ts';
import type { ClauseValue } from '../clauses/values.ts';

/** What key points are made of, besides the clauses. */
export interface KeyFacts {
  documentType: string;
  parties: readonly string[];
  agreementDate?: string;
  effectiveDate?: string;
  expirationDate?: string;
  term?: string;
  renewal?: string;
  noticePeriod?: string;
  governingLaw?: string;
}

const mostKeyPoints = 12;

/** One sentence for each clause that a reader should know of first; `{}` stands for the clause's value. */
const remarks: readonly [topic: Topic, withValue: string, withoutValue: string][] = [
  [
    'Cap On Liability',
    'Liability is limited (amount named: {}).',
    'Liability is limited or indirect losses are excluded.',
  ],
  ['Uncapped Liability', '', 'Some breaches are outside the limit of liability.'],
  ['Exclusivity', '', 'There is an exclusivity commitment.'],
  ['Non-Compete', 'A party may not compete ({}).', 'A party may not compete.'],
  ['Minimum Commitment', 'There is a minimum commitment ({}).', 'There is a minimum commitment.'],
  [
    'Revenue/Profit Sharing',
    'Revenue is shared or royalties are paid ({}).',
    'Revenue is shared or royalties are paid.',
  ],
  ['Ip Ownership Assignment', '', 'Intellectual property is assigned from one party to the other.'],
  ['Irrevocable Or Perpetual License', '', 'A licence is irrevocable or perpetual.'],
  ['License Grant', '', 'A licence is granted.'],
  ['Change Of Control', '', 'A change of control has consequences.'],
  ['Anti-Assignment', '', 'Assignment needs consent or is restricted.'],
  [
    'Liquidated Damages',
    'Liquidated damages or a termination fee are agreed ({}).',
    'Liquidated damages or a termination fee are agreed.',
  ],
  ['Audit Rights', '', 'Books, records or premises may be audited.'],
  ['Insurance', 'Insurance must be carried ({}).', 'Insurance must be carried.'],
];

/** The facts of a contract in short sentences, the most important first. */
export function keyPoints(facts: KeyFacts, detections: Detections, values: ReadonlyMap<Topic, ClauseValue>): string[] {
  const points: string[] = [];
  if (facts.parties.length > 1)
    points.push(`${facts.documentType} between ${facts.parties.slice(0, -1).join(', ')} and ${facts.parties.at(-1)}.`);
  const dates = [
    facts.agreementDate && `made on ${facts.agreementDate}`,
    facts.effectiveDate && facts.effectiveDate !== facts.agreementDate && `effective from ${facts.effectiveDate}`,
    facts.term &&
      facts.term.length <= 40 &&
      (facts.term.startsWith('until') ? `runs ${facts.term}` : `term: ${facts.term}`),
    facts.expirationDate && !facts.term?.includes(facts.expirationDate) && `expires on ${facts.expirationDate}`,
  ].filter(Boolean);
  if (dates.length > 0) points.push(`${capitalised(dates.join(', '))}.`);
  if (facts.renewal) points.push(`${capitalised(facts.renewal)}.`);
  if (facts.noticePeriod) points.push(`Notice: ${facts.noticePeriod}.`);
  if (facts.governingLaw) points.push(`Governed by the law of ${facts.governingLaw}.`);
  for (const [topic, withValue, withoutValue] of remarks) {
    if ((detections.get(topic)?.hits.length ?? 0) === 0) continue;
    const value = values.get(topic)?.text;
    points.push(value && withValue !== '' ? withValue.replace('{}', value) : withoutValue);
  }
  return points.slice(0, mostKeyPoints);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
