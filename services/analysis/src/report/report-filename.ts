import { legible } from './legible.ts';
import type { ReportFormat } from './report-format.ts';

const mostBytes = 180;
/** Names that stand for devices on Windows, whatever follows the first dot. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** `Supply agreement.pdf` becomes `Supply agreement.review.docx`: fit for any file system, whatever the contract is called. */
export function reportFilename(documentFilename: string, format: ReportFormat): string {
  const stem = legible(documentFilename)
    .replace(/\.[A-Za-z0-9]{1,8}$/, '')
    .replace(/[<>:"/\\|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const named = deviceName.test(stem) ? `_${stem}` : stem;
  return `${shortened(named) || 'contract'}.review.${format}`;
}

function shortened(stem: string): string {
  let bytes = 0;
  let short = '';
  for (const character of stem) {
    bytes += Buffer.byteLength(character);
    if (bytes > mostBytes) break;
    short += character;
  }
  return short.trimEnd();
}
