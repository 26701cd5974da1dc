import { buffer } from 'node:stream/consumers';
import { crc32, createDeflate, deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';

type PdfOptions = PDFKit.PDFDocumentOptions;
type Draw = (pdf: PDFKit.PDFDocument) => void;

/** A PDF with one page for each function. */
export async function pdfDocument(pages: readonly Draw[], options: PdfOptions = {}): Promise<Buffer> {
  const pdf = new PDFDocument({ ...options, autoFirstPage: false });
  const bytes = buffer(pdf);
  for (const draw of pages) {
    pdf.addPage();
    draw(pdf);
  }
  pdf.end();
  return bytes;
}

export function textPage(text: string): Draw {
  return (pdf) => pdf.fontSize(11).text(text);
}

/** A page that is a picture, with a stamp of text as e-signature services print it. */
export function scannedPage(stamp = ''): Draw {
  return (pdf) => {
    pdf.image(whitePng(), 0, 0, { width: 595, height: 842 });
    if (stamp) pdf.fontSize(8).text(stamp, 20, 20);
  };
}

/** A picture of two by two white pixels. */
function whitePng(): Buffer {
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
  const rows = Buffer.from([0, 255, 255, 0, 255, 255]);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const content = Buffer.concat([Buffer.from(type), data]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, checksum]);
}

/** A PDF of a few kilobytes whose only page unpacks, in two steps, to `mebibytes` of spaces. */
export async function pdfBomb(mebibytes: number): Promise<Buffer> {
  const once = createDeflate({ level: 9 });
  const packed = buffer(once);
  const spaces = Buffer.alloc(1024 * 1024, ' ');
  for (let count = 0; count < mebibytes; count++) {
    if (!once.write(spaces)) await new Promise((resolve) => once.once('drain', resolve));
  }
  once.end();
  const content = deflateSync(await packed, { level: 9 });
  return rawPdf([
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    Buffer.from('<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << >> >>'),
    Buffer.concat([
      Buffer.from(`<< /Length ${content.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n`),
      content,
      Buffer.from('\nendstream'),
    ]),
  ]);
}

function rawPdf(objects: readonly Buffer[]): Buffer {
  const parts = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let offset = 9;
  for (const [index, object] of objects.entries()) {
    const bytes = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    offsets.push(offset);
    offset += bytes.length;
    parts.push(bytes);
  }
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const trailer = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${offset}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(trailer)]);
}
