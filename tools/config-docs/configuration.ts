import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { commentsIn } from './comments.ts';
import { type Setting, settingsOf } from './setting.ts';

/** Where the settings of a program are: a module that exports `schema`, and the files that describe parts of it. */
interface ConfiguredProgram {
  title: string;
  module: string;
  alsoIn: readonly string[];
}

const shared = [
  'platform/src/service-settings.ts',
  'platform/src/admission/admission-settings.ts',
  'platform/src/grpc/credentials.ts',
];

const programs: readonly ConfiguredProgram[] = [
  { title: '`npm start`', module: 'tools/stack/settings.ts', alsoIn: ['tools/stack/store-urls.ts'] },
  { title: 'Gateway', module: 'gateway/src/config.ts', alsoIn: shared },
  { title: 'Document service', module: 'services/document/src/config.ts', alsoIn: shared },
  {
    title: 'Analysis service',
    module: 'services/analysis/src/config.ts',
    alsoIn: [...shared, 'services/analysis/src/engine/model/model-settings.ts'],
  },
  { title: 'Session service', module: 'services/session/src/config.ts', alsoIn: shared },
];

const opening = `# Configuration

<!-- Written by npm run config-docs from the schemas of the settings. -->

Settings are environment variables. Any of them can be in a file instead, which \`NAME_FILE\` names; an empty one counts as
unset. A process that cannot use its settings names all that are wrong and exits with 78. \`npm start\` sets what its processes
need of each other, and hands on what is set of the rest.
`;

/**
 * The reference of all settings, in Markdown.
 *
 * @throws when a setting has no comment that says what it is for
 */
export async function configurationReference(root: string): Promise<string> {
  const sections = await Promise.all(programs.map((program) => sectionOf(root, program)));
  return [opening, ...sections].join('\n');
}

async function sectionOf(root: string, { title, module, alsoIn }: ConfiguredProgram): Promise<string> {
  const { schema } = (await import(pathToFileURL(join(root, module)).href)) as { schema: z.ZodObject };
  const sources = await Promise.all([...alsoIn, module].map((path) => readFile(join(root, path), 'utf8')));
  const comments = new Map(sources.flatMap((source) => [...commentsIn(source)]));
  const rows = settingsOf(schema).map((setting) => rowOf(setting, comments.get(setting.name), title));
  const head = '| setting | values | default | what it is for |\n| --- | --- | --- | --- |';
  return `## ${title}\n\n${head}\n${rows.join('\n')}\n`;
}

function rowOf(setting: Setting, comment: string | undefined, title: string): string {
  if (comment === undefined) throw new Error(`${title}: no comment says what ${setting.name} is for`);
  const unset = setting.isRequired ? 'required' : setting.default === undefined ? '' : `\`${setting.default}\``;
  return `| \`${setting.name}\` | ${setting.values} | ${unset} | ${comment.replaceAll('|', '\\|')} |`;
}
