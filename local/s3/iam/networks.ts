import { BlockList, isIP } from 'node:net';

const FAMILIES = {
  4: { name: 'ipv4', bits: 32 },
  6: { name: 'ipv6', bits: 128 },
} as const;

/** Whether an IP address is in a CIDR block or equals a single address. False if `network` is neither. */
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

/** Converts an IPv4-mapped IPv6 address, as dual-stack servers report it, to IPv4. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
