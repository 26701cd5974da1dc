import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { environmentFile } from './environment-file.ts';

const root = resolve(import.meta.dirname, '../..');

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

const path = join(root, '.env');
const template = await readFile(join(root, '.env.example'), 'utf8');
const text = environmentFile(template, await readIfThere(path));
// Through a new file, so that the secrets are never in one that others may read, and an interruption loses none.
await writeFile(`${path}.new`, text, { mode: 0o600 });
await rename(`${path}.new`, path);
console.log('.env has all settings of docker-compose.yml. Start with: docker compose up --build --wait');
