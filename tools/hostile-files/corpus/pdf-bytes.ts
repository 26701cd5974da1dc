export type PdfObject = string | Buffer;

/** What a file says of itself, where it is not the truth. */
export interface PdfOptions {
  /** Stands in the trailer besides the root and the size. */
  trailer?: string;
  /** Where the file says that its table of objects is. */
  startxref?: number;
  /** Offsets of objects by number, where the table lies. */
  offsets?: Readonly<Record<number, number>>;
}

/** A PDF of these objects, which are numbered from 1; the first one is the catalog. */
export function pdfFile(
  objects: readonly PdfObject[],
  { trailer = '', startxref, offsets = {} }: PdfOptions = {},
): Buffer {
  const { body, table } = numbered(objects);
  const rows = table.map((at, index) => `${String(offsets[index + 1] ?? at).padStart(10, '0')} 00000 n \n`);
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${startxref ?? body.length}\n%%EOF\n`;
  return Buffer.concat([body, Buffer.from(end, 'latin1')]);
}

/** The header and the objects, and where each of them is. */
export function numbered(objects: readonly PdfObject[]): { body: Buffer; table: number[] } {
  const parts = [Buffer.from('%PDF-1.7\n')];
  const table: number[] = [];
  let offset = 9;
  for (const [index, object] of objects.entries()) {
    const bytes = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), latin1(object), Buffer.from('\nendobj\n')]);
    table.push(offset);
    offset += bytes.length;
    parts.push(bytes);
  }
  return { body: Buffer.concat(parts), table };
}

/** @param dictionary what stands in it besides the length */
export function stream(dictionary: string, data: PdfObject, length: string | number = latin1(data).length): Buffer {
  return Buffer.concat([
    Buffer.from(`<< /Length ${length} ${dictionary} >>\nstream\n`, 'latin1'),
    latin1(data),
    Buffer.from('\nendstream'),
  ]);
}

function latin1(data: PdfObject): Buffer {
  return typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
}

/** Operators that show a line of text in font F1. */
export function show(text: string): string {
  return `BT /F1 11 Tf 72 700 Td (${text}) Tj ET\n`;
}

export interface PageOptions {
  /** What stands in its dictionary besides the usual. */
  page?: string;
  /** What stands among its resources besides font F1. */
  resources?: string;
  /** Of font F1. */
  font?: string;
  /** What stands in the catalog besides its pages. */
  catalog?: string;
  /** The objects from number 6 on. */
  more?: readonly PdfObject[];
}

const helvetica = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';

/** The objects of a document of one page with this content: catalog, pages, page, content, font, and more. */
export function onePage(content: PdfObject, options: PageOptions = {}): PdfObject[] {
  const { page = '', resources = '', font = helvetica, catalog = '', more = [] } = options;
  return [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> ${resources} >> ${page} >>`,
    Buffer.isBuffer(content) ? content : stream('', content),
    font,
    ...more,
  ];
}
