import { matchesPattern } from '../../../../local/workflow/events/pattern';
import type { Json } from '../../../../local/workflow/json';

const EVENT: Json = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::raw', 'arn:other'],
  detail: {
    bucket: { name: 'raw' },
    object: { key: 'in/Ä b.CSV', size: 5000, 'version-id': null },
    reason: 'PutObject',
    'source-ip-address': '10.0.0.7',
    items: [
      { name: 'a', size: 1 },
      { name: 'b', size: 2 },
    ],
    tags: [],
  },
};

/** Patterns of fields of `detail`. */
const detail = (pattern: Json): Json => ({ detail: pattern });
const key = (...matchers: Json[]): Json => detail({ object: { key: matchers } });
const size = (...numeric: Json[]): Json => detail({ object: { size: [{ numeric }] } });

test.each<[string, Json]>([
  ['fields of one value', { source: ['aws.s3'], 'detail-type': ['Object Created'] }],
  ['one of several values', detail({ reason: ['CopyObject', 'PutObject'] })],
  ['one element of an array', { resources: ['arn:aws:s3:::raw'] }],
  ['fields of one element of an array', detail({ items: { name: ['b'], size: [2] } })],
  ['null', detail({ object: { 'version-id': [null] } })],
  ['prefix', key({ prefix: 'in/' })],
  ['prefix in any case', key({ prefix: { 'equals-ignore-case': 'IN/ä' } })],
  ['suffix', key({ suffix: '.CSV' })],
  ['suffix in any case', key({ suffix: { 'equals-ignore-case': '.csv' } })],
  ['any case', key({ 'equals-ignore-case': 'IN/ä B.csv' })],
  ['wildcard', key({ wildcard: 'in/*.CSV' })],
  ['wildcard over several parts', key({ wildcard: '*/*b.*' })],
  ['anything but', key({ 'anything-but': ['in/x', 'in/y'] })],
  ['anything but a prefix', key({ 'anything-but': { prefix: 'out/' } })],
  ['anything but several suffixes', key({ 'anything-but': { suffix: ['.txt', '.md'] } })],
  ['anything but a wildcard', key({ 'anything-but': { wildcard: '*.txt' } })],
  ['numbers', detail({ object: { size: [5000] } })],
  ['a range', size('>=', 5000, '<', 5001)],
  ['an equal number', size('=', 5000)],
  ['a field that is there', detail({ reason: [{ exists: true }] })],
  ['a field that is missing', detail({ deleted: [{ exists: false }], 'no-object': { key: [{ exists: false }] } })],
  ['an address block', detail({ 'source-ip-address': [{ cidr: '10.0.0.0/24' }] })],
  ['one of several alternatives', { $or: [{ source: ['x'] }, detail({ reason: ['PutObject'] })] }],
  ['one matcher of several', key('x', { prefix: 'x' }, { suffix: 'V' })],
])('matches %s', (_, pattern) => {
  expect(matchesPattern(pattern, EVENT)).toBe(true);
});

test.each<[string, Json]>([
  ['another value', { source: ['aws.ec2'] }],
  ['one of two fields', { source: ['aws.s3'], 'detail-type': ['Object Deleted'] }],
  ['no element of an array', { resources: ['arn'] }],
  ['fields of different elements of an array', detail({ items: { name: ['b'], size: [1] } })],
  ['a missing field', detail({ deleted: ['x'] })],
  ['a field of a missing field', detail({ deleted: { by: ['x'] } })],
  ['anything but, of a missing field', detail({ deleted: [{ 'anything-but': ['x'] }] })],
  ['an excluded value', key({ 'anything-but': ['in/Ä b.CSV'] })],
  ['an excluded prefix', key({ 'anything-but': { prefix: ['out/', 'in/'] } })],
  ['another case', key({ suffix: '.csv' })],
  ['text that a wildcard does not end in', key({ wildcard: 'in/*.CS' })],
  ['an asterisk that is meant', key({ wildcard: 'in/\\*' })],
  ['characters of regular expressions', key({ wildcard: 'in/. b.CSV' })],
  ['a number as text', detail({ object: { size: ['5000'] } })],
  ['a range that ends before', size('>', 0, '<', 5000)],
  ['text as a number', detail({ reason: [{ numeric: ['>', 0] }] })],
  ['a field that is not missing', detail({ reason: [{ exists: false }] })],
  ['an address elsewhere', detail({ 'source-ip-address': [{ cidr: '10.0.1.0/24' }] })],
  ['an address of another family', detail({ 'source-ip-address': [{ cidr: 'fe80::/10' }] })],
  ['no alternative', { $or: [{ source: ['x'] }, { source: ['y'] }] }],
  ['a matcher that EventBridge does not have', key({ regex: '.*' })],
  ['an inherited field', { constructor: [{ exists: true }] }],
])('does not match %s', (_, pattern) => {
  expect(matchesPattern(pattern, EVENT)).toBe(false);
});
