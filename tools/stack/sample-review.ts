import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, writeFile } from 'node:fs/promises';
import { reviewModule, sampleContract } from './repository.ts';
import type { Stack } from './stack.ts';

/**
 * Reviews the contract that comes with the repository, once per data directory, and prints the result.
 *
 * A review that fails is reported and tried again on the next start: the system runs all the same.
 */
export async function reviewSampleOnce(
  { baseUrl, admin, data }: Stack,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const marker = data.at('sample-reviewed');
  if (await exists(marker)) return;
  report('Reviewing the contract that comes with Contract Reviewer\n');
  const review = spawn(process.execPath, [reviewModule, sampleContract], {
    env: {
      ...process.env,
      CONTRACT_REVIEWER_URL: baseUrl,
      CONTRACT_REVIEWER_EMAIL: admin.email,
      CONTRACT_REVIEWER_PASSWORD: admin.password.value,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    signal,
  });
  const [code] = (await once(review, 'exit')) as [number | null];
  if (code === 0) await writeFile(marker, '');
  else report('The sample could not be reviewed; the next start tries again.');
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Not there, or not readable, and then the review itself will say what is wrong.
    return false;
  }
}
