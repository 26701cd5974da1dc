import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Outcome } from './outcome.ts';

interface CommandResult {
  exitCode: number;
  /** Standard output and standard error in the order they were written. */
  output: string;
}

/**
 * Runs a program that npm installed, with `node_modules/.bin` first on the PATH as in an npm script.
 *
 * @throws when the program cannot be started; an exit code other than 0 is a result.
 */
export function runCommand(root: string, program: string, args: readonly string[], cwd = root): Promise<CommandResult> {
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString('utf8').trim() }),
    );
  });
}

/** For a tool whose exit code is the verdict and whose output is the report. */
export async function verdictOf(root: string, program: string, args: readonly string[], cwd = root): Promise<Outcome> {
  const { exitCode, output } = await runCommand(root, program, args, cwd);
  if (exitCode === 0) return { status: 'passed', summary: '' };
  return { status: 'failed', summary: `${program} exited with ${exitCode}`, report: output };
}
