import { readFile } from 'node:fs/promises';
import { contractDocx } from './contract-docx.ts';
import { parseContract } from './contract-markdown.ts';
import { contractPdf } from './contract-pdf.ts';

const details = {
  name: 'Master Services Agreement',
  author: 'Contract Reviewer',
  createdAt: new Date('2026-03-02T09:00:00Z'),
};

/** The sample contract in the formats that are made from its Markdown, by file name. */
export async function renderMasterServicesAgreement(): Promise<Map<string, Buffer>> {
  const markdown = await readFile(new URL('master-services-agreement.md', import.meta.url), 'utf8');
  const blocks = parseContract(markdown);
  return new Map([
    ['master-services-agreement.pdf', await contractPdf(blocks, details)],
    ['master-services-agreement.docx', await contractDocx(blocks, details)],
  ]);
}
