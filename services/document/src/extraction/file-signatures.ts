/** Kinds of file that people upload by mistake, told by their first bytes. */

interface Signature {
  name: string;
  bytes: readonly number[];
  hint?: string;
}

const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];

const binarySignatures: readonly Signature[] = [
  { name: 'a Windows program', bytes: ascii('MZ') },
  { name: 'a Linux program', bytes: ascii('\x7fELF') },
  { name: 'a macOS program', bytes: [0xcf, 0xfa, 0xed, 0xfe] },
  {
    name: 'a Word document of the old .doc kind or one that is protected with a password',
    bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    hint: 'Save it as .docx without a password. ',
  },
  { name: 'a PNG picture', bytes: [0x89, ...ascii('PNG')], hint: 'Run text recognition and upload a PDF with text. ' },
  { name: 'a JPEG picture', bytes: [0xff, 0xd8, 0xff], hint: 'Run text recognition and upload a PDF with text. ' },
  { name: 'a GIF picture', bytes: ascii('GIF8') },
  { name: 'a TIFF picture', bytes: ascii('II*\0'), hint: 'Run text recognition and upload a PDF with text. ' },
  { name: 'a TIFF picture', bytes: ascii('MM\0*'), hint: 'Run text recognition and upload a PDF with text. ' },
  { name: 'a bitmap picture', bytes: ascii('BM') },
  { name: 'a RAR archive', bytes: ascii('Rar!') },
  { name: 'a 7-Zip archive', bytes: ascii("7z\xbc\xaf'\x1c") },
  { name: 'a gzip archive', bytes: [0x1f, 0x8b] },
  { name: 'an empty ZIP archive', bytes: ascii('PK\x05\x06') },
];

/** The kind of a binary file that is known and not accepted. */
export function foreignBinary(head: Uint8Array): Signature | undefined {
  return binarySignatures.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
}

/** The kind of a text file whose markup is known and not accepted. */
export function foreignMarkup(text: string): Pick<Signature, 'name' | 'hint'> | undefined {
  const start = text.trimStart();
  if (start.startsWith('{\\rtf')) return { name: 'an RTF document', hint: 'Save it as .docx. ' };
  if (start.startsWith('%!PS')) return { name: 'a PostScript file', hint: 'Convert it to PDF. ' };
  if (/^<(?:!doctype html|html|head|body|script)\b/i.test(start)) {
    return { name: 'a web page (HTML)', hint: 'Print it to PDF. ' };
  }
  if (/^<(?:\?xml|svg|!doctype)\b/i.test(start)) return { name: 'an XML file' };
  return undefined;
}
