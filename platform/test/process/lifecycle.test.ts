import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./child.ts', import.meta.url));
const children: ChildProcessByStdio<Writable, Readable, Readable>[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    output += data;
  });
  const errors = text(child.stderr);
  return {
    child,
    /** Waits until the child has written that line. */
    said: async (line: string) => {
      while (!output.includes(`${line}\n`)) await once(child.stdout, 'data');
    },
    exit: async () => {
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, output, errors: await errors };
    },
  };
}

describe('a process stops in good order, with exit code 0,', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('on %s', async (signal) => {
    const { child, said, exit } = start({ STOP_MS: '100' });
    await said('started');
    child.kill(signal);
    const { code, output } = await exit();
    expect(code).toBe(0);
    expect(output).toMatch(/draining\n(.*\n)*drained\n/);
  });

  it('when its supervisor dies, who held the other end of its standard input', async () => {
    const { child, said, exit } = start({ SHUTDOWN_ON_STDIN_CLOSE: 'true' });
    await said('started');
    child.stdin.end();
    expect(await exit()).toMatchObject({ code: 0, output: expect.stringContaining('drained') });
  });

  it('on a signal that comes while it still starts', async () => {
    const { child, said, exit } = start({ START_MS: '30000' });
    await said('starting');
    child.kill('SIGTERM');
    const { code, output } = await exit();
    expect(code).toBe(0);
    expect(output).toContain('drained');
    expect(output).not.toContain('started');
  });

  it('on a second signal too, without cutting the drain short', async () => {
    const { child, said, exit } = start({ STOP_MS: '300' });
    await said('started');
    child.kill('SIGTERM');
    await said('draining');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect(await exit()).toMatchObject({ code: 0, output: expect.stringContaining('drained') });
  });
});

it('a process whose standard input is closed goes on unless it was told otherwise', async () => {
  const { child, said, exit } = start();
  await said('started');
  child.stdin.end();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(child.exitCode).toBeNull();
  child.kill('SIGTERM');
  expect((await exit()).code).toBe(0);
});

describe('a process that does not get to its end', () => {
  it('is killed when its time is up, and says so', async () => {
    const { child, said, exit } = start({ HANG: 'wait' });
    await said('started');
    child.kill('SIGTERM');
    expect((await exit()).output).toContain('did not stop in time');
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('is killed when its event loop is stuck', async () => {
    const { child, said, exit } = start({ HANG: 'loop' });
    await said('started');
    child.kill('SIGTERM');
    await exit();
    expect(child.signalCode).toBe('SIGKILL');
  });
});

describe('a process that fails', () => {
  it('to start exits with 1, and disposes of what it has', async () => {
    const { code, output } = await start({ FAIL: 'start' }).exit();
    expect(code).toBe(1);
    expect(output).toContain('the port is taken');
    expect(output).toContain('drained');
  });

  it('to stop exits with 1', async () => {
    const { child, said, exit } = start({ FAIL: 'stop' });
    await said('started');
    child.kill('SIGTERM');
    const { code, output } = await exit();
    expect(code).toBe(1);
    expect(output).toContain('could not stop');
  });

  it('for its settings exits with 78, names each of them, and starts nothing', async () => {
    const { code, output, errors } = await start({ LOG_LEVEL: 'loud', START_MS: 'soon', FAIL: 'maybe' }).exit();
    expect(code).toBe(78);
    expect(output).toBe('');
    expect(errors).toMatch(/LOG_LEVEL: .*\n.*START_MS: must be a whole number.*\n.*FAIL: /);
    expect(errors).not.toMatch(/soon|loud|maybe|at .*\.ts/);
  });
});
