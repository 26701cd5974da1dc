import { isIP } from 'node:net';

/** Metadata in which the gateway names the address of its client. */
export const clientAddressKey = 'client-address';

const mappedIpv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * The IP address that a call comes from: that of the connection, unless it is the gateway that calls, who names its own
 * client. From anyone else the metadata means nothing.
 *
 * @param peer as gRPC names it: `address:port`
 * @param named what the metadata says
 * @param service the service that has proved to be the caller
 */
export function clientAddressOf(peer: string, named: string | undefined, service: string | undefined): string {
  if (service === 'gateway' && named !== undefined && isIP(named) !== 0) return withoutMapping(named);
  return withoutMapping(peer.replace(/:\d+$/, ''));
}

/** An IPv4 address as a socket for both families has it would count as another one than it is. */
function withoutMapping(address: string): string {
  return mappedIpv4.exec(address)?.[1] ?? address;
}
