import { startFaultySystem } from '../faults/system/faulty-system.ts';
import { measureExpiry } from './expiry-costs.ts';
import { measureGateway } from './gateway-costs.ts';
import { measureReads } from './read-costs.ts';

/**
 * `npm run cache-costs`: what the mechanisms would save that the cache does without, so that the decisions in docs/adr
 * can be looked at again. Takes about three minutes, on a machine that does nothing else.
 */
await using system = await startFaultySystem({ preload: [] });

console.log('Processor time and duration of a read of a review of 9 KB, in the process that reads');
for (const { what, cpuUs, p50Us } of await measureReads(system)) {
  console.log(`  ${what.padEnd(30)} ${cpuUs.toFixed(1).padStart(8)} us of CPU ${p50Us.toFixed(1).padStart(10)} us p50`);
}

console.log('Processor time of all processes per read at the gateway that Redis serves, in us');
for (const { what, cpuUs, p50Ms } of await measureGateway(system)) {
  const parts = Object.entries(cpuUs).map(([name, us]) => `${name} ${us.toFixed(0)}`);
  const total = Object.values(cpuUs).reduce((sum, us) => sum + us, 0);
  console.log(
    `  ${what.padEnd(10)} ${total.toFixed(0).padStart(6)} = ${parts.join(' + ')}; p50 ${p50Ms.toFixed(1)} ms`,
  );
}

console.log('A hot key on two replicas, per lifetime of its entry: reads of PostgreSQL, and reads that waited for one');
for (const { rate, early, loads, waited } of await measureExpiry(system)) {
  const how = early ? 'refreshed early' : 'left to expire';
  console.log(
    `  ${String(rate).padStart(5)} reads/s, ${how.padEnd(16)} ${loads.toFixed(2).padStart(6)} ${waited.toFixed(2).padStart(8)}`,
  );
}
