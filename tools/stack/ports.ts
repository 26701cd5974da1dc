import { isPortFree } from '@contract-reviewer/platform/embedded/free-port';
import { serviceNames } from './process-names.ts';
import type { StackSettings } from './settings.ts';
import { StartError } from './start-error.ts';

/** @throws {StartError} naming each port that is taken, and the setting that changes it. */
export async function checkPorts({ port, grpcPorts }: StackSettings): Promise<void> {
  const wanted = [
    { port, setting: 'PORT', user: 'the gateway' },
    ...serviceNames.map((name) => ({
      port: grpcPorts[name],
      setting: `${name.toUpperCase()}_GRPC_PORT`,
      user: `the ${name} service`,
    })),
  ];
  const free = await Promise.all(wanted.map((each) => isPortFree(each.port)));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  const lines = taken.map(
    (each) => `Port ${each.port} for ${each.user} is in use; set ${each.setting} to another one.`,
  );
  throw new StartError(lines.join('\n'));
}
