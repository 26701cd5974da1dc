import { serveBareChain } from './bare-chain.ts';
import { serveBareService } from './bare-service.ts';
import { serveMonolith } from './monolith.ts';
import type { PlainStoreSettings } from './plain-store.ts';

/** What a process of a reference is to serve. */
export type Role =
  | ({ role: 'bare service' } & PlainStoreSettings)
  | { role: 'bare chain'; servicePort: number }
  | ({ role: 'monolith' } & PlainStoreSettings);

/** Serves until the parent goes, which is told the port. */
process.once('message', (role: Role) => {
  void serve(role).then((port) => process.send?.(port));
});
process.once('disconnect', () => process.exit());

function serve(role: Role): Promise<number> {
  switch (role.role) {
    case 'bare service':
      return serveBareService(role);
    case 'bare chain':
      return serveBareChain(role.servicePort);
    case 'monolith':
      return serveMonolith(role);
  }
}
