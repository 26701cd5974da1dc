import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { configurationReference } from './configuration.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
await writeFile(new URL('../../docs/configuration.md', import.meta.url), await configurationReference(root));
