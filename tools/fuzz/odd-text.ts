import fc, { type Arbitrary } from 'fast-check';

/** Well-formed text that programs are known to stumble over. */
export const oddText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\r\n',
    '\u001b[31m',
    '\u202e\u2066gpj.exe',
    '\ufeffbom',
    '\uffff',
    '\u{10ffff}',
    '\u00e9\u0065\u0301',
    '\u0130\u0131\u017f\ufb01',
    '\u200d\u200b\u00ad',
    'Z\u0351\u036b\u0343\u036a'.repeat(50),
    '../../../../etc/passwd',
    '..\\..\\boot.ini',
    '%00%2e%2e%2f',
    "' OR 1=1 --",
    '"; DROP TABLE documents; --',
    '\u0024{jndi:ldap://x}',
    '{{7*7}}',
    '$(id)`id`',
    '<script>alert(1)</script>',
    '__proto__',
    'constructor',
    'null',
    'NaN',
    '-0',
    '1e400',
    '999999999999999999999',
    '0001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00.001Z',
    '2026-02-30T25:61:61Z',
    '*',
    '%',
    '_',
    '\\',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.nat(5).map((power) => 'x'.repeat(10 ** power)),
  fc.constantFrom(128, 129, 255, 256, 257, 1024, 1025, 16_384, 65_537).map((length) => 'y'.repeat(length)),
);

/** Half a character, which no encoding of Unicode can carry. */
export const loneSurrogates: Arbitrary<string> = fc.constantFrom(
  '\ud800',
  '\udfff',
  'a\udc00b',
  '\udc00\ud800',
  `${'x'.repeat(126)}\ud83d`,
);

/** Numbers at and past the edges of what can be stored. */
export const oddNumbers = [
  0,
  -0,
  -1,
  1.5,
  0.1,
  1e-320,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 53,
  2 ** 63,
  1e21,
  1.7976931348623157e308,
] as const;
