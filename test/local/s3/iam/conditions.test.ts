import * as fc from 'fast-check';
import { conditionsHold } from '../../../../local/s3/iam/conditions';
import { isInNetwork, plainAddress } from '../../../../local/s3/iam/networks';
import { isOperator } from '../../../../local/s3/iam/operators';

const context = new Map([
  ['aws:sourceip', ['203.0.113.7']],
  ['number', ['10']],
  ['date', ['2026-03-01T00:00:00Z']],
  ['flag', ['true']],
  ['bytes', ['QUJD']],
  ['tags', ['a', 'b']],
  ['name', ['Anna']],
  ['account', ['111122223333']],
  ['arn', ['arn:aws:iam::111122223333:role/team/name']],
]);

test.each<[object, boolean]>([
  [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, true],
  [{ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.7'] } }, true],
  [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
  [{ IpAddress: { missing: '0.0.0.0/0' } }, false],
  [{ IpAddressIfExists: { missing: '10.0.0.0/8' } }, true],
  [{ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, false],
  [{ NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.0.2.0/24'] } }, true],
  [{ NotIpAddress: { missing: '10.0.0.0/8' } }, true],
  [{ IpAddress: { name: '0.0.0.0/0' } }, false],
  [{ NumericLessThanEquals: { number: '10' } }, true],
  [{ NumericLessThan: { number: 10 } }, false],
  [{ NumericNotEquals: { number: 11 } }, true],
  [{ DateGreaterThan: { date: '2026-02-28T23:59:59Z' } }, true],
  [{ DateLessThan: { date: '1772323200' } }, false],
  [{ DateLessThanEquals: { date: '1772323200' } }, true],
  [{ DateNotEquals: { date: '2026-03-01T00:00:00Z' } }, false],
  [{ Bool: { flag: true } }, true],
  [{ BoolIfExists: { missing: 'false' } }, true],
  [{ BinaryEquals: { bytes: 'QUJD' } }, true],
  [{ StringEqualsIgnoreCase: { name: 'ANNA' } }, true],
  [{ StringNotEqualsIgnoreCase: { name: 'ANNA' } }, false],
  [{ StringEquals: { name: "${aws:username, 'Anna'}" } }, true],
  [{ StringLike: { name: "${aws:username,'Bo'}*" } }, false],
  [{ 'ForAnyValue:StringEquals': { tags: ['b', 'c'] } }, true],
  [{ 'ForAnyValue:StringEquals': { missing: ['b', 'c'] } }, false],
  [{ 'ForAnyValue:StringNotEquals': { missing: 'b' } }, false],
  [{ 'ForAnyValue:StringNotEquals': { tags: 'b' } }, true],
  [{ 'ForAllValues:StringNotEquals': { tags: 'b' } }, false],
  [{ 'ForAllValues:StringLike': { missing: 'b' } }, true],
  [{ Null: { missing: ['true'] } }, true],
  [{ Null: { missing: 'True' } }, true],
  [{ DateGreaterThan: { date: '2025' } }, true],
  [{ BinaryEquals: { bytes: 'QUJE' } }, false],
  [{ ArnLike: { arn: 'arn:aws:iam::*:role/*' } }, true],
  [{ ArnEquals: { arn: 'arn:*:iam::111122223333:role/team/?ame' } }, true],
  [{ ArnLike: { arn: 'arn:aws:iam::${account}:role/*' } }, true],
  [{ ArnLike: { arn: '*' } }, true],
  [{ ArnLike: { arn: 'arn:aws:*:role/*' } }, false],
  [{ ArnLike: { arn: 'arn:*:role/team/name' } }, false],
  [{ ArnLike: { name: 'arn:aws:iam::*:*' } }, false],
  [{ ArnNotLike: { arn: 'arn:aws:iam::*:user/*' } }, true],
  [{ ArnNotEquals: { arn: 'arn:aws:iam::111122223333:role/team/name' } }, false],
  [{ NumericNotLessThan: { number: '1' } }, false],
  [{ NotBool: { flag: 'true' } }, false],
  [{ constructor: { flag: 'true' } }, false],
])('%j: %j', (conditions, holds) => {
  expect(conditionsHold(conditions, context)).toBe(holds);
});

test.each(['NotIpAddressIfExists', 'ForAnyValue:ArnNotLike', 'Null', 'DateNotEquals', 'BinaryEquals'])(
  '%s is an operator',
  (name) => {
    expect(isOperator(name)).toBe(true);
  },
);

test.each(['NotBool', 'NumericNotLessThan', 'NotNull', 'IpEquals', 'constructor', 'ForSomeValues:StringLike', ''])(
  '%j is no operator',
  (name) => {
    expect(isOperator(name)).toBe(false);
  },
);

test.each<[address: string, network: string, boolean]>([
  ['192.0.2.1', '0.0.0.0/0', true],
  ['192.0.2.1', '192.0.2.1/32', true],
  ['192.0.2.1', '192.0.2.0/31', true],
  ['192.0.2.2', '192.0.2.0/31', false],
  ['2001:db8::1', '2001:db8::/32', true],
  ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', true],
  ['2001:db9::1', '2001:db8::/32', false],
  ['192.0.2.1', '::/0', false],
  ['2001:db8::1', '0.0.0.0/0', false],
  ['192.0.2.1', '192.0.2.0/33', false],
  ['192.0.2.1', '192.0.2.0/', false],
  ['192.0.2.1', '192.0.2.0/24/24', false],
  ['192.0.2.1', '192.0.2/24', false],
  ['', '0.0.0.0/0', false],
])('%j in %j: %j', (address, network, within) => {
  expect(isInNetwork(address, network)).toBe(within);
});

test('a CIDR block contains the addresses with its prefix', () => {
  const address = fc.nat(0xff_ff_ff_ff);
  const dotted = (bits: number): string => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
  fc.assert(
    fc.property(address, address, fc.integer({ min: 1, max: 32 }), (one, other, prefix) => {
      const same = one >>> (32 - prefix) === other >>> (32 - prefix);
      expect(isInNetwork(dotted(one), `${dotted(other)}/${prefix}`)).toBe(same);
    }),
  );
});

test.each([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::1', '::1'],
  ['::ffff:0:1', '::ffff:0:1'],
])('%s is %s', (seen, meant) => {
  expect(plainAddress(seen)).toBe(meant);
});
