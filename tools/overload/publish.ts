import { readFile, writeFile } from 'node:fs/promises';

const file = new URL('../../docs/overload.md', import.meta.url);
const begin = '<!-- Written by npm run overload -- --publish -->';
const end = '<!-- Until here -->';

/** Puts the figures into docs/overload.md, in place of those that are there. @throws when their place is not found */
export async function publish(tables: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error('docs/overload.md has no place for the figures');
  await writeFile(file, `${text.slice(0, from)}${begin}\n\n${tables}\n\n${text.slice(to)}`);
}
