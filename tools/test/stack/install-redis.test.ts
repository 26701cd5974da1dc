import { expect, test } from 'vitest';
import { installRedis } from '../../stack/install-redis.ts';
import { StartError } from '../../stack/start-error.ts';

test('where there is no package manager, the user is told what to do', async () => {
  const installing = installRedis({ searchPath: '/nowhere', report: () => undefined });
  await expect(installing).rejects.toThrow(StartError);
  await expect(installing).rejects.toThrow('Install Redis 7 or later yourself');
});
