import { expect, test } from 'vitest';
import { reportFilename } from '../../src/report/report-filename.ts';

test.each([
  ['Supply agreement.pdf', 'Supply agreement.review.md'],
  ['v1.2 final.docx', 'v1.2 final.review.md'],
  ['../../etc/passwd', '_.._etc_passwd.review.md'],
  ['C:\\temp\\x.txt', 'C__temp_x.review.md'],
  ['a\u202etxt.\u0000exe\r\n.pdf', 'atxt. exe.review.md'],
  ['con.txt', '_con.review.md'],
  ['...', 'contract.review.md'],
  ['', 'contract.review.md'],
  ['Größe 😀.pdf', 'Größe 😀.review.md'],
])('%j becomes %j', (filename, expected) => {
  expect(reportFilename(filename, 'md')).toBe(expected);
});

test('a name is never longer than a file system takes', () => {
  const name = reportFilename('😀'.repeat(255), 'docx');
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
  expect(name.isWellFormed()).toBe(true);
});
