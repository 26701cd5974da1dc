import fc, { type Arbitrary } from 'fast-check';
import { oddText } from '../odd-text.ts';
import { type JsonSchema, valuesOf } from './json-schema.ts';
import type { Body } from './rest-request.ts';

const boundary = 'fuzzboundary';
const mediaType = `multipart/form-data; boundary=${boundary}`;

interface Part {
  name: string;
  filename?: string;
  headers?: string;
  content: string;
}

/** Contents that are what their first bytes say, and some that are not. They are Latin-1. */
const contents: Arbitrary<string> = fc.oneof(
  fc
    .nat(99_999)
    .map((number) => `Agreement No. ${number}. Either party may terminate this Agreement upon 30 days notice.`),
  fc.string({ unit: 'grapheme-ascii', maxLength: 2000 }),
  fc.constantFrom(
    '',
    '%PDF-1.7\n%%EOF',
    'PK\u0003\u0004garbage',
    'MZ\u0090\u0000',
    '\u00ff\u00d8\u00ff',
    '\u0000'.repeat(100),
    '\u00ef\u00bb\u00bf',
  ),
);

/** Forms as the upload wants them. */
export function formsOf(metadataSchema: JsonSchema): Arbitrary<Body> {
  return fc
    .record({ metadata: fc.option(valuesOf(metadataSchema), { nil: undefined }), name: fc.nat(999), content: contents })
    .map(({ metadata, name, content }) =>
      formOf([
        ...(metadata === undefined ? [] : [{ name: 'metadata', content: latin1(JSON.stringify(metadata)) }]),
        { name: 'file', filename: `contract-${name}.txt`, content },
      ]),
    );
}

/** Forms with one thing wrong. */
export const oddForms: Arbitrary<Body> = fc.oneof(
  oddText.map((filename) => formOf([{ name: 'file', filename: latin1(filename), content: 'text' }])),
  fc
    .tuple(
      fc.constantFrom(
        '{',
        '[]',
        '"text"',
        'null',
        '{"__proto__": {}}',
        '{"a":1,"a":2}',
        '{"a":"\\ud800"}',
        '{"a":"\\u0000"}',
        '{"a":1e999}',
      ),
      contents,
    )
    .map(([metadata, content]) =>
      formOf([
        { name: 'metadata', content: metadata },
        { name: 'file', filename: 'a.txt', content },
      ]),
    ),
  fc
    .constantFrom<Part[]>(
      [],
      [{ name: 'file', content: 'no filename' }],
      [{ name: 'metadata', content: '{}' }],
      [
        { name: 'file', filename: 'a.txt', content: 'a' },
        { name: 'file', filename: 'b.txt', content: 'b' },
      ],
      [
        { name: 'file', filename: 'a.txt', content: 'a' },
        { name: 'metadata', content: '{}' },
      ],
      [
        { name: 'metadata', content: '{}' },
        { name: 'metadata', content: '{}' },
        { name: 'file', filename: 'a.txt', content: 'a' },
      ],
      [
        { name: 'other', content: 'x' },
        { name: 'file', filename: 'a.txt', content: 'a' },
      ],
      [
        { name: 'metadata', filename: 'm.json', content: '{}' },
        { name: 'file', filename: 'a.txt', content: 'a' },
      ],
      [
        { name: 'metadata', content: `{"a":"${'x'.repeat(70_000)}"}` },
        { name: 'file', filename: 'a.txt', content: 'a' },
      ],
      [
        { name: 'metadata', content: `${'{"a":'.repeat(200)}1${'}'.repeat(200)}` },
        { name: 'file', filename: 'a.txt', content: 'a' },
      ],
    )
    .map(formOf),
);

/** What is no form, or one that is made to do harm. */
export const hostileForms: Arbitrary<Body> = fc.oneof(
  fc
    .constantFrom(
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'multipart/form-data; boundary=other',
      `multipart/form-data; boundary=${'b'.repeat(5000)}`,
      'multipart/form-data; boundary="a\\"b"',
      'multipart/mixed; boundary=fuzzboundary',
    )
    .map((type) => ({ mediaType: type, text: textOf([{ name: 'file', filename: 'a.txt', content: 'a' }]) })),
  fc.nat(120).map((length) => ({
    mediaType,
    text: textOf([
      { name: 'metadata', content: '{}' },
      { name: 'file', filename: 'a.txt', content: 'text' },
    ]).slice(0, length),
  })),
  fc
    .constantFrom(300, 3000)
    .map((count) => formOf(Array.from({ length: count }, (_, index) => ({ name: `part${index}`, content: 'x' })))),
  fc
    .constantFrom(
      'X: y\r\n'.repeat(500),
      `X: ${'y'.repeat(20_000)}\r\n`,
      'Content-Transfer-Encoding: base64\r\n',
      'Content-Disposition: nonsense\r\n',
      ': \r\n',
      'Content-Type: multipart/mixed; boundary=inner\r\n',
    )
    .map((headers) => formOf([{ name: 'file', filename: 'a.txt', headers, content: 'text' }])),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'n'.repeat(1000)).map((name) =>
    formOf([
      { name, content: '{}' },
      { name: 'file', filename: 'a.txt', content: 'x' },
    ]),
  ),
  fc
    .constantFrom(
      '../../../etc/passwd',
      'C:\\windows\\x.txt',
      'a\u0000.txt',
      '..',
      '/',
      'x'.repeat(4096),
      '\u00c2\u0085.txt',
    )
    .map((filename) => formOf([{ name: 'file', filename, content: 'text' }])),
  fc.uint8Array({ maxLength: 500 }).map((bytes) => ({ mediaType, bytes })),
);

function formOf(parts: readonly Part[]): Body {
  return { mediaType, bytes: Buffer.from(textOf(parts), 'latin1') };
}

function textOf(parts: readonly Part[]): string {
  const texts = parts.map(({ name, filename, headers = '', content }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${headers}\r\n${content}\r\n`;
  });
  return `${texts.join('')}--${boundary}--\r\n`;
}

/** The bytes of the text in UTF-8, each as a character. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
