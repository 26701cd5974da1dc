import { Redis } from 'ioredis';
import { UsageError } from '../gateway/gateway-access.ts';
import { isFault } from './entry.ts';
import { plant } from './plant.ts';
import { settingsFrom, usage } from './settings.ts';
import { version1Data } from './version1-data.ts';

const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

process.exitCode = await main(process.argv.slice(2), process.env);

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const settings = settingsFrom(args, env);
    if (settings === 'help') {
      process.stdout.write(usage);
      return exitCodes.done;
    }
    using stack = new DisposableStack();
    const redis = stack.adopt(
      new Redis(settings.redisUrl, { lazyConnect: true, retryStrategy: () => null }),
      (client) => client.disconnect(),
    );
    await redis.connect();
    const planted = await plant(redis, version1Data(settings));
    const spoiled = planted.filter(({ fate }) => isFault(fate)).length;
    process.stdout.write(`${planted.length} keys written, ${spoiled} of which do not fit\n`);
    return exitCodes.done;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${(error as Error).message}\n${isUsage ? 'Try --help.\n' : ''}`);
    return isUsage ? exitCodes.usage : exitCodes.failed;
  }
}
