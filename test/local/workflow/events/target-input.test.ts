import type { BusEvent } from '../../../../local/workflow';
import { targetInput } from '../../../../local/workflow/events/target-input';
import type { JsonObject } from '../../../../local/workflow/json';

const EVENT: BusEvent = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '123456789012',
  time: '2026-01-01T00:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:s3:::raw'],
  detail: { bucket: { name: 'raw' }, object: { key: 'a "b" <c>\\ü', size: 5 } },
};
const RULE = { name: 'OnUpload', arn: 'arn:aws:events:us-east-1:123456789012:rule/OnUpload' };
const PATHS = { key: '$.detail.object.key', size: '$.detail.object.size', object: '$.detail.object', no: '$.none' };

const filled = (template: string): string =>
  targetInput({ InputTransformer: { InputPathsMap: PATHS, InputTemplate: template } }, EVENT, RULE);

test.each<[string, JsonObject, unknown]>([
  ['the event', {}, EVENT],
  ['a constant', { Input: '{"a":1}' }, { a: 1 }],
  ['a part of the event', { InputPath: '$.detail.object' }, EVENT.detail.object],
  ['null for a part that is missing', { InputPath: '$.none' }, null],
])('a target gets %s', (_, properties, expected) => {
  expect(JSON.parse(targetInput(properties, EVENT, RULE))).toEqual(expected);
});

test.each<[string, string, unknown]>([
  ['text outside of quotes', '{"key": <key>}', { key: EVENT.detail.object && 'a "b" <c>\\ü' }],
  ['text inside of quotes', '{"source": "s3://raw/<key>"}', { source: 's3://raw/a "b" <c>\\ü' }],
  ['a number', '{"size": <size>, "text": "<size> bytes"}', { size: 5, text: '5 bytes' }],
  ['an object', '{"object": <object>}', { object: { key: 'a "b" <c>\\ü', size: 5 } }],
  ['what is missing', '{"text": "<no>!"}', { text: '!' }],
  ['names of the rule', '["<aws.events.rule-name>", <aws.events.rule-arn>]', [RULE.name, RULE.arn]],
  ['the whole event', '<aws.events.event.json>', EVENT],
  ['no variable', '{"a": "<unknown> \\" <key"}', { a: '<unknown> " <key' }],
])('a template is filled with %s', (_, template, expected) => {
  expect(JSON.parse(filled(template))).toEqual(expected);
});

test('a template may be plain text', () => {
  expect(filled('<size> bytes: <object>')).toBe('5 bytes: {"key":"a \\"b\\" <c>\\\\ü","size":5}');
});
