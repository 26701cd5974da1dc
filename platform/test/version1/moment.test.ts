import { expect, it } from 'vitest';
import { momentOf } from '../../src/version1/moment.ts';

const moment = new Date('2025-03-04T05:06:07.500Z');

it.each([
  ['an ISO text', '2025-03-04T05:06:07.500Z'],
  ['an ISO text with a zone', '2025-03-04T06:06:07.500+01:00'],
  ['seconds', moment.getTime() / 1000],
  ['milliseconds', moment.getTime()],
  ['the digits of seconds', String(moment.getTime() / 1000)],
])('reads %s', (_kind, value) => {
  expect(momentOf(value)).toEqual(moment);
});

it.each([undefined, null, '', 'yesterday', true, -1, 0, 1e20, '1999-12-31', Number.NaN, [], {}])(
  'finds none in %j',
  (value) => {
    expect(momentOf(value)).toBeUndefined();
  },
);
