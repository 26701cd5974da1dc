import { BlockList, isIPv6 } from 'node:net';

const forbidden = new BlockList();
// Link-local, where clouds keep the credentials of their machines, and what never is a server.
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addSubnet('224.0.0.0', 3, 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addSubnet('ff00::', 8, 'ipv6');
forbidden.addAddress('::', 'ipv6');
// 169.254.0.0/16 as NAT64 writes it.
forbidden.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
// Metadata services outside the link-local ranges: Amazon (IPv6), Alibaba, Oracle, Azure.
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addAddress('100.100.100.200', 'ipv4');
forbidden.addAddress('192.0.0.192', 'ipv4');
forbidden.addAddress('168.63.129.16', 'ipv4');

/** Whether nothing of ours may connect there, whatever the settings or a name server say. IPv4 inside IPv6 counts too. */
export function isForbiddenAddress(address: string): boolean {
  return forbidden.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
