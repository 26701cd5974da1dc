import { describe, expect, test } from 'vitest';
import { sniffContentType, sniffedBytes } from '../../src/extraction/content-type.ts';
import { UnsupportedContentError } from '../../src/extraction/unsupported-content-error.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

function bytes(content: string, encoding: BufferEncoding = 'utf8'): Uint8Array {
  return new Uint8Array(Buffer.from(content, encoding));
}

function bigEndian(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(`\ufeff${content}`, 'utf16le').swap16());
}

describe('the content decides what a file is', () => {
  test.each([
    ['a PDF', bytes('%PDF-1.7\n'), 'contract.pdf', 'application/pdf'],
    ['a PDF after a mail header', bytes(`${'x: y\r\n'.repeat(100)}%PDF-1.4`), 'contract.pdf', 'application/pdf'],
    ['a PDF under another name', bytes('%PDF-1.7\n'), 'contract.txt', 'application/pdf'],
    ['a ZIP archive, until the whole file is seen', bytes('PK\x03\x04'), 'contract.pdf', docx],
    ['text', bytes('Agreement\n\tbetween “A” and “B”\f'), 'contract', 'text/plain'],
    ['text under the name of a PDF', bytes('Agreement'), 'contract.pdf', 'text/plain'],
    ['text named .md', bytes('# Agreement'), 'contract.MD', 'text/markdown'],
    ['text named .markdown', bytes('# Agreement'), 'contract.markdown', 'text/markdown'],
    ['UTF-8 with a byte order mark', bytes('\ufeffAgreement'), 'contract.txt', 'text/plain'],
    ['UTF-16 with a byte order mark', bytes('\ufeffAgreement', 'utf16le'), 'contract.txt', 'text/plain'],
    ['UTF-16 of the other byte order', bigEndian('Agreement'), 'contract.txt', 'text/plain'],
    ['text that begins like a program', bytes('MZ Holdings and BM Partners agree'), 'contract.txt', 'text/plain'],
  ])('%s', (_what, head, filename, contentType) => {
    expect(sniffContentType(head, filename)).toBe(contentType);
  });

  test('a character that the first bytes cut in half is no fault', () => {
    const head = bytes(`${'x'.repeat(sniffedBytes - 1)}é`).subarray(0, sniffedBytes);
    expect(sniffContentType(head, 'contract.txt')).toBe('text/plain');
  });
});

describe('everything else is refused', () => {
  test.each([
    ['nothing', bytes(''), /empty/],
    ['a program named .pdf', bytes('MZ\x90\0\x03\0\0\0', 'latin1'), /Windows program/],
    ['a program with a PDF header inside', bytes(`MZ\x90\0${'\0'.repeat(50)}%PDF-1.7`, 'latin1'), /Windows program/],
    ['a program of Linux', bytes('\x7fELF\x02\x01\x01\0', 'latin1'), /Linux program/],
    ['an old or protected Office file', bytes('d0cf11e0a1b11ae10000', 'hex'), /old \.doc kind.*Save it as \.docx/],
    ['a PNG', bytes('89504e470d0a1a0a0000', 'hex'), /PNG picture.*text recognition/],
    ['a JPEG', bytes('ffd8ffe000104a46', 'hex'), /JPEG picture/],
    ['RTF', bytes('{\\rtf1\\ansi Agreement}'), /RTF/],
    ['a web page named .txt', bytes('\n<!DOCTYPE html><p>Agreement'), /web page/],
    ['a web page with a PDF header inside', bytes('<html>%PDF-1.7</html>'), /web page/],
    ['XML', bytes('<?xml version="1.0"?><a/>'), /XML/],
    ['an empty archive', bytes('PK\x05\x06'), /empty ZIP/],
    ['text of an old code page', bytes('\x93Agreement\x94', 'latin1'), /UTF-8/],
    ['UTF-16 without a byte order mark', bytes('Agreement', 'utf16le'), /unknown kind/],
    ['text with NUL bytes', bytes('Agree\0ment'), /unknown kind/],
    ['noise', bytes('00ff00fe80817f13', 'hex'), /unknown kind/],
  ])('%s', (_what, head, message) => {
    const sniff = () => sniffContentType(head, 'contract.pdf');
    expect(sniff).toThrow(UnsupportedContentError);
    expect(sniff).toThrow(message);
    expect(sniff).toThrow('Accepted are PDF, Word (.docx), plain text and Markdown.');
  });
});
