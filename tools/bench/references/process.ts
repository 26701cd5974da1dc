import { serveBareChain } from './bare-chain.ts';
import { serveBytes } from './bytes-service.ts';
import { type MonolithSettings, serveMonolith } from './monolith.ts';

/** What a process of a reference is to serve. */
export type Role =
  | { role: 'bytes'; redisUrl: string }
  | { role: 'bare chain'; servicePort: number }
  | ({ role: 'monolith' } & MonolithSettings);

/** Serves until the parent goes, which is told the port. */
process.once('message', (role: Role) => {
  void serve(role).then((port) => process.send?.(port));
});
process.once('disconnect', () => process.exit());

function serve(role: Role): Promise<number> {
  switch (role.role) {
    case 'bytes':
      return serveBytes(role.redisUrl);
    case 'bare chain':
      return serveBareChain(role.servicePort);
    case 'monolith':
      return serveMonolith(role);
  }
}
