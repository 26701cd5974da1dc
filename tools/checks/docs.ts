import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { headingAnchors, linksIn, npmScriptsIn, pathsIn } from './docs/markdown.ts';
import { type Check, type Finding, outcomeOf } from './outcome.ts';
import { repositoryFiles } from './repository-files.ts';

interface DocsUnderCheck {
  /** Absolute path of the repository. */
  root: string;
  /** The `scripts` of the root's package.json. */
  scripts: ReadonlySet<string>;
}

/** @param file path of a Markdown file relative to the repository root. */
export async function findDocViolations(file: string, { root, scripts }: DocsUnderCheck): Promise<Finding[]> {
  const text = await readFile(join(root, file), 'utf8');
  const missingScripts = npmScriptsIn(text)
    .filter(({ script }) => !scripts.has(script))
    .map(({ script, line }) => ({ file, line, message: `package.json has no script '${script}'` }));
  const brokenLinks: Finding[] = [];
  for (const { target, line } of linksIn(text)) {
    const message = await brokenLink(root, file, target);
    if (message !== undefined) brokenLinks.push({ file, line, message });
  }
  const missingPaths: Finding[] = [];
  for (const { path, line } of pathsIn(text)) {
    if (!(await leadsSomewhere(root, path))) missingPaths.push({ file, line, message: `there is no ${path}` });
  }
  return [...missingScripts, ...brokenLinks, ...missingPaths];
}

/** @param path of a file or folder, or a pattern; the beginning of its name is enough, as it is for the runner of tests */
async function leadsSomewhere(root: string, path: string): Promise<boolean> {
  if (existsSync(join(root, path))) return true;
  for await (const _ of glob(`${path}*`, { cwd: root })) return true;
  return false;
}

async function brokenLink(root: string, file: string, target: string): Promise<string | undefined> {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined;
  const [path = '', anchor] = decodeURIComponent(target).split('#');
  const linked = path === '' ? file : normalize(join(path.startsWith('/') ? '.' : dirname(file), path));
  if (!existsSync(join(root, linked))) return `the link leads to ${linked}, which does not exist`;
  if (anchor === undefined || !linked.endsWith('.md')) return undefined;
  const anchors = headingAnchors(await readFile(join(root, linked), 'utf8'));
  return anchors.has(anchor) ? undefined : `${linked} has no heading for #${anchor}`;
}

export const docs: Check = {
  name: 'docs',
  promise: 'links in Markdown lead somewhere, and every file and npm script that the documents name exists',
  run: async (root) => {
    const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const scripts = scriptNames(manifest);
    const files = (await repositoryFiles(root)).filter((path) => path.endsWith('.md'));
    const findings = await Promise.all(files.map((file) => findDocViolations(file, { root, scripts })));
    return outcomeOf(findings.flat(), `${files.length} documents`);
  },
};

function scriptNames(manifest: unknown): ReadonlySet<string> {
  const hasScripts = typeof manifest === 'object' && manifest !== null && 'scripts' in manifest;
  const scripts = hasScripts ? manifest.scripts : undefined;
  return new Set(typeof scripts === 'object' && scripts !== null ? Object.keys(scripts) : []);
}
