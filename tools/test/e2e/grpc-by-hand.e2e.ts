import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { repository, type System } from './system.ts';

const run = promisify(execFile);
const lines = readFileSync(join(repository, 'ARCHITECTURE.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('npx buf curl'));

/** @param open the system, once it runs */
export function describeGrpcByHand(open: () => System): void {
  let system: System;
  const variables: Record<string, string> = {};

  beforeAll(async () => {
    system = open();
    const client = await system.login();
    const contract = await readFile(join(repository, 'tools/samples/master-services-agreement.docx'));
    const documentId = await client.upload('agreement.docx', contract);
    const { analysis_id } = await client.analyze(documentId);
    Object.assign(variables, {
      TOKEN: client.token,
      PASSWORD: system.admin.password,
      DOCUMENT_ID: documentId,
      ANALYSIS_ID: analysis_id,
    });
  });

  /** The addresses and the administrator of a system with default settings, as this test's system has them. */
  function adapted(line: string): string {
    const { document, analysis, session } = system.grpcPorts;
    return line
      .replaceAll(':7001', `:${document}`)
      .replaceAll(':7002', `:${analysis}`)
      .replaceAll(':7003', `:${session}`)
      .replaceAll('admin@localhost', system.admin.email);
  }

  function runInShell(command: string): Promise<{ stdout: string }> {
    return run('sh', ['-c', command], { cwd: repository, env: { ...process.env, ...variables } });
  }

  describe('the lines of ARCHITECTURE.md', () => {
    it('are there', () => expect(lines.length).toBeGreaterThanOrEqual(5));

    it.each(lines)('work: %s', async (line) => {
      const { stdout } = await runInShell(adapted(line));
      expect(stdout.trim()).not.toBe('');
    });

    it.each(['grpc-v1', 'grpc-v1alpha'])('work by reflection %s', async (reflection) => {
      const list = lines.find((line) => line.includes('--list-methods')) ?? '';
      const { stdout } = await runInShell(adapted(list).replace('curl', `curl --reflect-protocol ${reflection}`));
      expect(stdout).toContain('UploadDocument');
    });
  });
}
