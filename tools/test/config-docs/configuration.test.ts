import { schema as analysis } from '@contract-reviewer/analysis-service/config';
import { schema as document } from '@contract-reviewer/document-service/config';
import { schema as gateway } from '@contract-reviewer/gateway/config';
import { schema as session } from '@contract-reviewer/session-service/config';
import { expect, it } from 'vitest';
import { commentsIn } from '../../config-docs/comments.ts';
import { configurationReference } from '../../config-docs/configuration.ts';
import { schema as start } from '../../stack/settings.ts';
import { repositoryFile, repositoryRoot } from '../compose/compose-file.ts';

const written = repositoryFile('docs/configuration.md');

it('docs/configuration.md is what npm run config-docs writes', async () => {
  expect(written).toBe(await configurationReference(repositoryRoot));
});

it.each(Object.entries({ analysis, document, gateway, session, start }))(
  'every setting of %s is in it',
  (_, schema) => {
    for (const name of Object.keys(schema.shape)) expect(written).toContain(`| \`${name}\` |`);
  },
);

it('a comment of several lines is one sentence', () => {
  expect(commentsIn('{\n  /**\n   * First,\n   * second.\n   */\n  A_B: x,\n  C: y\n}')).toEqual(
    new Map([['A_B', 'First, second.']]),
  );
});
