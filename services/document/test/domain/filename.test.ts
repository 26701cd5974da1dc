import { expect, test } from 'vitest';
import { cleanFilename } from '../../src/domain/filename.ts';

test('an ordinary name stays as it is', () => {
  expect(cleanFilename('Mietvertrag (2. Fassung) – Müller.docx')).toBe('Mietvertrag (2. Fassung) – Müller.docx');
});

test.each([
  ['/etc/passwd', 'passwd'],
  ['../../secret.pdf', 'secret.pdf'],
  ['C:\\Users\\me\\lease.pdf', 'lease.pdf'],
  ['a\u0000b\n.pdf', 'ab.pdf'],
  ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
  ['  lease.pdf ', 'lease.pdf'],
  ['e\u0301tude.txt', '\u00e9tude.txt'],
])('%j is shown as %j', (given, shown) => {
  expect(cleanFilename(given)).toBe(shown);
});

test.each(['', '   ', '.', '..', 'folder/', '\u0007'])('%j is no name', (given) => {
  expect(cleanFilename(given)).toBeUndefined();
});

test('a long name is cut to 255 characters before its extension', () => {
  const shown = cleanFilename(`${'𝒜'.repeat(300)}.docx`) ?? '';
  expect([...shown]).toHaveLength(255);
  expect(shown).toMatch(/^𝒜+\.docx$/u);
  expect([...(cleanFilename(`a.${'b'.repeat(300)}`) ?? '')]).toHaveLength(255);
});
