import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { newAssertionSettings } from '@contract-reviewer/platform/testing/assertion-settings';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { expect, it } from 'vitest';
import { configFrom } from '../../../src/config.ts';
import { configuredEngine, type Engines, enginesIn } from '../../../src/engine/engines.ts';
import { makeOwnEngines } from '../../../src/engine/own-engines.ts';
import { answer } from './answers.ts';
import { inputOf } from './model-harness.ts';
import { ModelServer } from './model-server.ts';

const required = {
  DATABASE_URL: 'postgres://unused',
  SERVICE_TOKEN: 'x'.repeat(43),
  TRUSTED_SERVICES: `gateway=${'0'.repeat(64)}`,
  ...newAssertionSettings().all,
  SESSION_SERVICE_ADDRESS: 'unused:1',
  DOCUMENT_SERVICE_ADDRESS: 'unused:1',
  ENGINE_THREADS: '1',
};

async function withEngines(
  env: Record<string, string>,
  use: (engines: Engines) => Promise<void> | void,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const engines = makeOwnEngines(configFrom({ ...required, ...env }));
  for (const engine of enginesIn(engines)) stack.use(engine);
  await use(engines);
}

it.each([
  [{}, 'ollama', 'OLLAMA_BASE_URL'],
  [{}, 'openai', 'OPENAI_BASE_URL and OPENAI_MODEL'],
  [{ OPENAI_MODEL: 'm' }, 'openai', 'OPENAI_BASE_URL'],
  [{ OPENAI_BASE_URL: 'http://h/v1' }, 'openai', 'OPENAI_MODEL'],
] as const)('with %j the engine %s is refused for want of %s', async (env, name, missing) => {
  await withEngines(env, (engines) => {
    expect(() => configuredEngine(engines, name)).toThrow(`set ${missing} for`);
    expect(configuredEngine(engines, 'builtin').name).toBe('builtin');
  });
});

it('the key of a server is read from a file, sent in its header, and in no message', async () => {
  await using server = await ModelServer.start(({ authorization }) =>
    authorization === 'Bearer key-from-a-file' ? answer() : { kind: 'status', status: 401 },
  );
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'key');
  await writeFile(file, 'key-from-a-file\n');
  const env = { OPENAI_BASE_URL: `${server.url.href}v1/`, OPENAI_MODEL: 'm' };
  const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
  await withEngines({ ...env, OPENAI_API_KEY_FILE: file }, async (engines) => {
    const engine = configuredEngine(engines, 'openai');
    await expect(engine.review(inputOf('An agreement.'), quiet)).resolves.toMatchObject({ coverage: { unread: [] } });
  });
  await withEngines({ ...env, OPENAI_API_KEY: 'a-wrong-key' }, async (engines) => {
    const review = configuredEngine(engines, 'openai').review(inputOf('An agreement.'), quiet);
    const refused = (await Promise.allSettled([review]))[0];
    expect(refused).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('401') } });
    expect(inspect(refused)).not.toContain('a-wrong-key');
  });
});

it.each(['ftp://h', 'http://user:secret@h', 'http://h/?x=1', 'h:11434', 'http://'])(
  '%s is no address of a server',
  (url) => {
    expect(() => configFrom({ ...required, OLLAMA_BASE_URL: url })).toThrow('OLLAMA_BASE_URL: must be http://');
  },
);
