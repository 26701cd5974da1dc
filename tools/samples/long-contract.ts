import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';

const margin = 72;
const clausesInArticle = 8;

/** Stands once in a long contract: as the last clause of its last page. */
export const lastClause =
  'The Supplier shall deliver the sealed tooling drawings to the notary in Tromsø no later than November 30, 2031, ' +
  'and shall pay the Purchaser $4,321 for each day of delay as liquidated damages and not as a penalty.';

const preamble =
  'This Framework Supply Agreement is entered into as of January 15, 2026 by and between Brenholt Toolworks, Inc., a ' +
  'Delaware corporation (the “Supplier”), and Ostrava Pump Company, LLC, a Texas limited liability company (the “Purchaser”).';

/**
 * A contract of exactly so many pages in varied legal prose, for tests of documents of any length. The same arguments
 * give the same text.
 *
 * @param pages at least 1.
 * @param ending the clause at the end of the last page.
 */
export async function longContractPdf(pages: number, ending = lastClause): Promise<Buffer> {
  const pdf = new PDFDocument({ size: 'LETTER', margin, autoFirstPage: false });
  const bytes = buffer(pdf);
  const clauses = numberedClauses();
  for (let page = 1; page <= pages; page++) {
    pdf.addPage();
    if (page === 1) {
      pdf.font('Times-Bold', 14).text('FRAMEWORK SUPPLY AGREEMENT', { align: 'center' }).moveDown();
      pdf.font('Times-Roman', 11).text(preamble).moveDown();
    }
    fillPage(pdf, clauses, page === pages ? ending : undefined);
  }
  pdf.end();
  return await bytes;
}

function fillPage(pdf: PDFKit.PDFDocument, clauses: Iterator<string, never>, ending: string | undefined): void {
  pdf.font('Times-Roman', 11);
  const bottom = pdf.page.height - margin - (ending === undefined ? 0 : heightOf(pdf, ending));
  for (;;) {
    const clause = clauses.next().value;
    if (pdf.y + heightOf(pdf, clause) > bottom) break;
    pdf.text(clause).moveDown();
  }
  if (ending !== undefined) pdf.text(ending);
}

/** With the blank line after it. */
function heightOf(pdf: PDFKit.PDFDocument, text: string): number {
  return pdf.heightOfString(text, { width: pdf.page.width - 2 * margin }) + pdf.currentLineHeight(true);
}

function* numberedClauses(): Generator<string, never> {
  const pick = picker();
  for (let number = 0; ; number++) {
    const article = Math.floor(number / clausesInArticle) + 1;
    const clause = (number % clausesInArticle) + 1;
    yield `${article}.${clause} ${pick(topics)}. ${sentence(pick)} ${sentence(pick)} ${sentence(pick)}`;
  }
}

function sentence(pick: Pick): string {
  return `${pick(openings)} ${pick(duties)} ${pick(objects)} ${pick(conditions)}.`;
}

type Pick = (choices: readonly string[]) => string;

/** Chooses evenly and always alike: a linear congruential generator with the constants of Numerical Recipes. */
function picker(): Pick {
  let state = 20_260_115;
  return (choices) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return choices[Math.floor((state / 2 ** 32) * choices.length)] ?? '';
  };
}

const topics = [
  'Orders',
  'Forecasts',
  'Delivery',
  'Inspection',
  'Packaging',
  'Tooling',
  'Spare Parts',
  'Drawings',
  'Quality Records',
  'Price Lists',
  'Storage',
  'Customs',
  'Engineering Changes',
  'Returns',
  'Recalls',
  'Substitution',
];

const openings = [
  'The Supplier shall',
  'The Purchaser shall',
  'Each party shall',
  'Unless the order states otherwise, the Supplier shall',
  'Where a schedule so provides, the Purchaser shall',
  'At its own expense, the Supplier shall',
  'Within ten (10) business days after a written request, each party shall',
  'Subject to the remedies in this Article, the Purchaser shall',
];

const duties = [
  'deliver',
  'inspect',
  'replace',
  'record',
  'certify',
  'store',
  'release',
  'make available',
  'keep in good order',
  'identify in writing',
];

const objects = [
  'the pump housings listed in the order',
  'all gauges and fixtures that belong to the other party',
  'the certificates of material for each batch',
  'the drawings of the current revision',
  'a statement of the quantities on hand',
  'those castings that do not meet the specification',
  'the spare parts for models that are no longer made',
  'the packaging that may be used again',
  'the test records of the preceding quarter',
];

const conditions = [
  'no later than the date that the order names',
  'without charge, if the fault lies with the party that made them',
  'in the manner that the quality manual describes',
  'after the other party has been given five (5) days to object',
  'and keep evidence of it for seven (7) years',
  'except to the extent that an event beyond its control prevents it',
  'at the place that the schedule of deliveries states',
  'before title passes under this Article',
  'provided that the order has not been cancelled',
];
