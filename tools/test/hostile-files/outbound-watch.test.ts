import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { isThisMachine, OutboundWatch } from '../../hostile-files/run/outbound-watch.ts';

test('a connection to the listener that files refer to is seen', async () => {
  await using watch = await OutboundWatch.start([process.pid]);
  expect([...watch.connections]).toEqual([]);
  const { hostname, port } = new URL(watch.canary.url);
  await once(connect(Number(port), hostname), 'close');
  expect([...watch.connections]).toEqual(['the listener that the files refer to']);
});

test.each([
  ['127.0.0.1', '0100007F:1F90', true],
  ['127.0.0.53', '3500007F:0035', true],
  ['nothing', '00000000:0000', true],
  ['::1', '00000000000000000000000001000000:1F90', true],
  ['127.0.0.1 as IPv6', '0000000000000000FFFF00000100007F:1F90', true],
  ['8.8.8.8', '08080808:0035', false],
  ['10.0.0.127', '7F00000A:1F90', false],
  ['8.8.8.8 as IPv6', '0000000000000000FFFF000008080808:0035', false],
  ['2001:db8::1', 'B80D0120000000000000000001000000:01BB', false],
])('a peer %s is of this machine: %s is %s', (_address, peer, isOfThisMachine) => {
  expect(isThisMachine(peer)).toBe(isOfThisMachine);
});
