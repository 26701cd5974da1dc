import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  address,
  ConfigError,
  flag,
  integer,
  logLevel,
  port,
  postgresUrl,
  readConfig,
  redisUrl,
} from '../../src/config.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../src/testing/temporary-directory.ts';

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

const schema = z.object({
  DATABASE_URL: postgresUrl,
  REDIS_URL: redisUrl.optional(),
  PORT: port.default(7001),
  WORKERS: integer(1, 8).default(2),
  VERBOSE: flag.default(false),
});
const good = { DATABASE_URL: 'postgres://localhost/contracts' };

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(schema, env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

async function fileOf(content: string): Promise<string> {
  const path = join(directory.path, `secret-${Math.random().toString(36).slice(2)}`);
  await writeFile(path, content);
  return path;
}

describe('settings', () => {
  it('are read with their types and defaults; what is not asked for is ignored', () => {
    const env = { ...good, WORKERS: '4', VERBOSE: '1', PATH: '/bin' };
    expect(readConfig(schema, env)).toEqual({ ...good, PORT: 7001, WORKERS: 4, VERBOSE: true });
  });

  it('that are empty count as unset', () => {
    expect(readConfig(schema, { ...good, REDIS_URL: '', PORT: '' })).toMatchObject({ PORT: 7001 });
    expect(problemsOf({ DATABASE_URL: '' })).toEqual(['DATABASE_URL: is required']);
  });

  it('that are wrong are all reported at once, without their values', () => {
    const secret = 'hunter2';
    const problems = problemsOf({ REDIS_URL: `mysql://:${secret}@x`, PORT: '70000', WORKERS: '0', VERBOSE: 'yes' });
    expect(problems).toEqual([
      'DATABASE_URL: is required',
      'REDIS_URL: must start with redis:// or rediss://',
      'PORT: must be at most 65535',
      'WORKERS: must be at least 1',
      'VERBOSE: must be 1, 0, true or false',
    ]);
    expect(problems.join()).not.toContain(secret);
  });

  it.each(['1.5', '-1', '1e3', ' 1', '0x10', 'NaN', '９'])('take %j for no whole number', (WORKERS) => {
    expect(problemsOf({ ...good, WORKERS })).toEqual(['WORKERS: must be a whole number from 1 to 8']);
  });
});

describe('a setting in a file', () => {
  it('is read without the line end that editors add', async () => {
    const DATABASE_URL_FILE = await fileOf(`${good.DATABASE_URL}\n`);
    expect(readConfig(schema, { DATABASE_URL_FILE })).toMatchObject(good);
  });

  it.each(['\n', '\r\n', '\n\n'])('keeps its own spaces and loses the line end %j', async (end) => {
    const strings = z.object({ PASSWORD: z.string() });
    const PASSWORD_FILE = await fileOf(` two words ${end}`);
    expect(readConfig(strings, { PASSWORD_FILE })).toEqual({ PASSWORD: ' two words ' });
  });

  it('cannot be set directly too', async () => {
    const PORT_FILE = await fileOf('1');
    expect(problemsOf({ ...good, PORT: '2', PORT_FILE })).toEqual(['PORT: set either PORT or PORT_FILE, not both']);
    expect(readConfig(schema, { ...good, PORT: '', PORT_FILE })).toMatchObject({ PORT: 1 });
  });

  it('that is wrong is told like any other', async () => {
    const DATABASE_URL_FILE = await fileOf('mysql://localhost');
    const message = 'DATABASE_URL: must start with postgres:// or postgresql://';
    expect(problemsOf({ DATABASE_URL_FILE })).toEqual([message]);
  });

  it('that is empty counts as unset', async () => {
    expect(readConfig(schema, { ...good, PORT_FILE: await fileOf('\n') })).toMatchObject({ PORT: 7001 });
  });

  it('that cannot be read is reported once', () => {
    const DATABASE_URL_FILE = join(directory.path, 'nowhere');
    expect(problemsOf({ DATABASE_URL_FILE })).toEqual(['DATABASE_URL_FILE: cannot read the file (ENOENT)']);
  });
});

it.each(['localhost:7001', '10.0.0.1:7001', '[::1]:7001', 'dns:///document:7001'])('%s is an address', (value) => {
  expect(address.parse(value)).toBe(value);
});

it('the log level is one that the log knows', () => {
  expect(logLevel.parse(undefined)).toBe('info');
  expect(logLevel.safeParse('loud').success).toBe(false);
});
