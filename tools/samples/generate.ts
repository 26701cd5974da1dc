/** Makes the sample contract's PDF and Word files from its Markdown. Usage: npm run samples */
import { writeFile } from 'node:fs/promises';
import { renderMasterServicesAgreement } from './master-services-agreement.ts';

for (const [filename, bytes] of await renderMasterServicesAgreement()) {
  await writeFile(new URL(filename, import.meta.url), bytes);
  console.log(`tools/samples/${filename}: ${bytes.length} bytes`);
}
