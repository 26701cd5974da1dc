import { describe, expect, test } from 'vitest';
import { withoutTags } from '../../src/extraction/markdown-tags.ts';

describe('HTML tags in Markdown leave their text', () => {
  test.for([
    [
      '1. <span class="header_2" id="1">Service</span> by <span\nclass="coverpage_link">Provider</span>.',
      '1. Service by Provider.',
    ],
    ['<a id="s1"></a>The <u>Term</u> is <strong>one</strong> year<sup>1</sup>.', 'The Term is one year1.'],
    ['Notices:<br/>Alder, Inc.<BR>Portland', 'Notices:\nAlder, Inc.\nPortland'],
    ['<p align="center">A pays.</p><p>B delivers.</p>', 'A pays.\nB delivers.\n'],
    ['<tr><td>Fees</td><td>$5</td></tr>', 'Fees\t$5\t\n'],
  ] as const)('%s', ([markdown, text]) => {
    expect(withoutTags(markdown)).toBe(text);
  });
});

describe('what is no such tag stays as it is written', () => {
  test.for([
    'The <Supplier> pays <b2b@example.com> if 3 < 4 and 5 > 4.',
    '<!-- the supplier shall also pay -->',
    'Terms at <a href="https://example.com/terms">our site</a>.',
    'Within <del>ten</del><ins>thirty</ins> days at <address> by <time>.',
    '<img src="signature.png">',
    'a <span that is never closed',
  ])('%s', (markdown) => {
    expect(withoutTags(markdown)).toBe(markdown);
  });
});

test('text that is full of broken tags is read in time that grows with its length alone', () => {
  const broken = '<span <a id="'.repeat(200_000);
  const before = performance.now();
  expect(withoutTags(broken)).toBe(broken);
  expect(performance.now() - before).toBeLessThan(3_000);
});
