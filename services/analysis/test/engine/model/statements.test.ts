import { describe, expect, it } from 'vitest';
import { hasLinkOfItsOwn, isReassuring, isSupported } from '../../../src/engine/model/statements/supported.ts';

const terminates = 'The Supplier may terminate this Agreement at any time without notice.';
const assigns = 'The Licensee shall not assign this Agreement to any third party.';
const cap = 'The aggregate liability of each party shall not exceed $500,000 or fifty percent (50%) of the fees.';
const renews = 'This Agreement renews for successive terms of one (1) year as of March 1, 2024.';
const uncapped = 'The liability of the Customer under this Section shall not be limited.';

describe('a statement', () => {
  it.each([
    ['The supplier can end the contract without notice.', terminates],
    ['The supplier may terminate at any time.', terminates],
    ['The customer may not terminate in the same way.', terminates],
    ['No notice is required.', terminates],
    ['Assignment is prohibited.', assigns],
    ['The licensee may not assign.', assigns],
    ['Liability is capped at $500,000.', cap],
    ['A cap of 500000 dollars or 50 % of the fees.', cap],
    ['Renews for 12 months from 2024-03-01 (see Section 9.2).', renews],
    ['It renews every 1 year.', renews],
    ['Unlimited liability of the customer.', uncapped],
    ['There is no cap on the liability of the customer.', uncapped],
    ['', cap],
    ...[terminates, assigns, cap, renews, uncapped].map((passage): [string, string] => [passage, passage]),
  ])('%j is borne out by its passage', (statement, passage) => {
    expect(isSupported(statement, passage)).toBe(true);
  });

  it.each([
    ['The Supplier may not terminate this Agreement.', terminates],
    ['The supplier may terminate with 30 days notice.', terminates],
    ['The licensee may assign this agreement.', assigns],
    ['Liability is capped at $50,000.', cap],
    ['Liability is capped at EUR 500,000.', cap],
    ['Liability is capped at $500 million.', cap],
    ['Liability is capped at 60 %.', cap],
    ['The liability is unlimited.', cap],
    ['Renews for 2 years.', renews],
    ['Renews for 1 month.', renews],
    ['Renews on 2024-04-01.', renews],
    ['The liability of the customer is limited.', uncapped],
    ['An exclusive licence.', 'Licensor grants a non-exclusive license.'],
    ['A non-exclusive licence.', 'Licensor grants an exclusive license.'],
  ])('%j contradicts its passage', (statement, passage) => {
    expect(isSupported(statement, passage)).toBe(false);
  });
});

it.each(['There are no risks.', 'No material concerns.', 'This clause is perfectly safe.', 'Nothing to report'])(
  '%j is no risk but a reassurance',
  (text) => expect(isReassuring(text)).toBe(true),
);

it.each(['No notice is given, so the customer is at risk.', 'The risk of loss passes early.'])('%j is a risk', (text) =>
  expect(isReassuring(text)).toBe(false),
);

const linked = 'The terms stand at https://www.acme.com/terms, as amended.';

it.each([
  ['see https://a.b', 'The terms are attached.'],
  ['www.evil.test', 'The terms are attached.'],
  ['go to evil.com/x', 'The terms are attached.'],
  ['go to evil.app/x', 'The terms are attached.'],
  ['javascript:alert(1)', 'The terms are attached.'],
  ['see https://evil.com/terms', linked],
  ['see https://www.acme.com/terms/../pay', linked],
])('%j has a link that does not stand in %j', (statement, passage) =>
  expect(hasLinkOfItsOwn(statement, passage)).toBe(true),
);

it.each([
  ['Acme, Inc. pays.', linked],
  ['within 3.5 days', linked],
  ['e.g. on time', linked],
  ['Acme Inc./Beta LLC and/or others', linked],
  ['The terms at HTTPS://www.acme.com/terms.', linked],
])('%j has none but those of %j', (statement, passage) => expect(hasLinkOfItsOwn(statement, passage)).toBe(false));
