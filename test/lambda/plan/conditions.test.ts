import { checkSourceConditions, sourceConditions } from '../../../lambda/plan/source/conditions';
import type { SourceConditions } from '../../../lib/private/protocol';

const target = { etag: '"abc"', lastModified: new Date('2026-06-01T12:00:00.900Z') };
const BEFORE = '2026-06-01T11:59:59Z';
const AT = '2026-06-01T12:00:00Z';
const AFTER = '2026-06-01T12:00:01Z';
const NOW = Date.parse('2026-07-01T00:00:00Z');

const check = (conditions: SourceConditions) => () =>
  checkSourceConditions({ bucket: 'raw', key: 'k' }, target, conditions, NOW);

test.each<[SourceConditions]>([
  [{}],
  [{ ifMatch: '"abc"' }],
  [{ ifMatch: 'abc' }],
  [{ ifMatch: '*' }],
  [{ ifMatch: '"x", "abc"' }],
  [{ ifNoneMatch: '"x"' }],
  [{ ifModifiedSince: BEFORE }],
  [{ ifModifiedSince: '2027-01-01T00:00:00Z' }],
  [{ ifUnmodifiedSince: AT }],
  [{ ifUnmodifiedSince: AFTER }],
  // The two combinations that the reference names, and their like.
  [{ ifMatch: '"abc"', ifUnmodifiedSince: BEFORE }],
  [{ ifNoneMatch: '"x"', ifModifiedSince: AFTER }],
])('%j holds', (conditions) => {
  expect(check(conditions)).not.toThrow();
});

test.each<[SourceConditions, RegExp]>([
  [{ ifMatch: '"x"' }, /copySourceIfMatch is "x"/],
  [{ ifNoneMatch: '"abc"' }, /copySourceIfNoneMatch is "abc"/],
  [{ ifNoneMatch: '*' }, /copySourceIfNoneMatch is \*/],
  [{ ifModifiedSince: AT }, /copySourceIfModifiedSince is 2026-06-01T12:00:00Z/],
  [{ ifUnmodifiedSince: BEFORE }, /copySourceIfUnmodifiedSince is/],
  [{ ifNoneMatch: '"abc"', ifModifiedSince: BEFORE }, /copySourceIfNoneMatch/],
  [{ ifMatch: '"x"', ifUnmodifiedSince: AFTER }, /copySourceIfMatch/],
])('%j fails', (conditions, message) => {
  expect(check(conditions)).toThrow(expect.objectContaining({ name: 'PreconditionFailed' }));
  expect(check(conditions)).toThrow(message);
  expect(check(conditions)).toThrow(/s3:\/\/raw\/k has ETag "abc" and was last modified at 2026-06-01T12:00:00.900Z/);
});

test('dates in any form become those of S3', () => {
  expect(sourceConditions({ copySourceIfModifiedSince: 'Mon, 01 Jun 2026 12:00:00 GMT' })).toEqual({
    ifModifiedSince: '2026-06-01T12:00:00.000Z',
  });
  expect(sourceConditions({ copySourceIfMatch: 'a' })).toEqual({ ifMatch: 'a' });
  expect(sourceConditions({})).toBeUndefined();
});
