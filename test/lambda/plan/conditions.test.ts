import { checkSourceConditions } from '../../../lambda/plan/source/conditions';
import type { SourceConditions } from '../../../lib/private/protocol/options';

const target = { etag: '"abc"', lastModified: new Date('2026-06-01T12:00:00.900Z') };
const BEFORE = '2026-06-01T11:59:59Z';
const AT = '2026-06-01T12:00:00Z';
const AFTER = '2026-06-01T12:00:01Z';
const NOW = Date.parse('2026-07-01T00:00:00Z');

const check = (conditions: SourceConditions) => () =>
  checkSourceConditions({ bucket: 'raw', key: 'k' }, target, conditions, NOW);

test.each<[SourceConditions]>([
  [{}],
  [{ copySourceIfMatch: '"abc"' }],
  [{ copySourceIfMatch: 'abc' }],
  [{ copySourceIfMatch: '*' }],
  [{ copySourceIfMatch: '"x", "abc"' }],
  [{ copySourceIfNoneMatch: '"x"' }],
  [{ copySourceIfModifiedSince: BEFORE }],
  [{ copySourceIfModifiedSince: 'Mon, 01 Jun 2026 11:59:59 GMT' }],
  [{ copySourceIfModifiedSince: '2027-01-01T00:00:00Z' }],
  [{ copySourceIfUnmodifiedSince: AT }],
  [{ copySourceIfUnmodifiedSince: AFTER }],
  // The two combinations that the reference names, and their like.
  [{ copySourceIfMatch: '"abc"', copySourceIfUnmodifiedSince: BEFORE }],
  [{ copySourceIfNoneMatch: '"x"', copySourceIfModifiedSince: AFTER }],
])('%j is fulfilled', (conditions) => {
  expect(check(conditions)).not.toThrow();
});

test.each<[SourceConditions, RegExp]>([
  [{ copySourceIfMatch: '"x"' }, /copySourceIfMatch is "x"/],
  [{ copySourceIfNoneMatch: '"abc"' }, /copySourceIfNoneMatch is "abc"/],
  [{ copySourceIfNoneMatch: '*' }, /copySourceIfNoneMatch is \*/],
  [{ copySourceIfModifiedSince: AT }, /copySourceIfModifiedSince is 2026-06-01T12:00:00Z/],
  [{ copySourceIfUnmodifiedSince: BEFORE }, /copySourceIfUnmodifiedSince is/],
  [{ copySourceIfNoneMatch: '"abc"', copySourceIfModifiedSince: BEFORE }, /copySourceIfNoneMatch/],
  [{ copySourceIfMatch: '"x"', copySourceIfUnmodifiedSince: AFTER }, /copySourceIfMatch/],
])('%j fails with PreconditionFailed', (conditions, message) => {
  expect(check(conditions)).toThrow(expect.objectContaining({ name: 'PreconditionFailed' }));
  expect(check(conditions)).toThrow(message);
  expect(check(conditions)).toThrow(/s3:\/\/raw\/k has ETag "abc" and was last modified at 2026-06-01T12:00:00.900Z/);
});
