import { BlockList, isIP } from 'node:net';

const FAMILIES = {
  4: { name: 'ipv4', bits: 32 },
  6: { name: 'ipv6', bits: 128 },
} as const;

/** Whether an address is in a network of CIDR notation; an address alone is a network of one. What is neither holds nothing. */
export function isInNetwork(address: string, network: string): boolean {
  const [base = '', length, ...rest] = network.split('/');
  const version = isIP(base);
  if ((version !== 4 && version !== 6) || rest.length > 0 || isIP(address) !== version) return false;
  const { name, bits } = FAMILIES[version];
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  if (prefix > bits) return false;
  const list = new BlockList();
  list.addSubnet(base, prefix, name);
  return list.check(address, name);
}

/** The address as policies write it: servers for both protocols see IPv4 addresses inside IPv6 ones. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
