import { Duration, Lazy, Size, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  type CopyBucketNameOptions,
  CopyDestination,
  type CopyOnObjectCreatedOptions,
  CopyOverwrite,
  CopySource,
  ObjectCreatedReason,
} from '../../lib';
import { flatten } from '../asl';
import { allow, type Copy, copy, newStack, resource, statementsOf } from './support';

function rule(template: Template, id = 'CopyOnUpload'): Record<string, any> {
  return flatten(resource(template, 'AWS::Events::Rule', id).Properties) as Record<string, any>;
}

/** From `prefix` of one bucket to another bucket. */
function copyFrom(prefix: string): Copy {
  const stack = newStack();
  return copy({ sources: [CopySource.bucket(new s3.Bucket(stack, 'Source'), { prefix })] }, stack);
}

test.each<[string, CopyOnObjectCreatedOptions, object]>([
  ['', {}, { bucket: { name: ['<Source>'] } }],
  ['', { keyPrefix: '' }, { bucket: { name: ['<Source>'] } }],
  ['raw/', {}, { bucket: { name: ['<Source>'] }, object: { key: [{ prefix: 'raw/' }] } }],
  ['raw/', { keyPrefix: 'raw/x*' }, { bucket: { name: ['<Source>'] }, object: { key: [{ prefix: 'raw/x*' }] } }],
  [
    '',
    { minimumSize: Size.mebibytes(1) },
    { bucket: { name: ['<Source>'] }, object: { size: [{ numeric: ['>=', 1_048_576] }] } },
  ],
  [
    'raw/',
    { minimumSize: Size.bytes(1) },
    { bucket: { name: ['<Source>'] }, object: { key: [{ prefix: 'raw/' }], size: [{ numeric: ['>=', 1] }] } },
  ],
  [
    '',
    { minimumSize: Size.bytes(1), maximumSize: Size.kibibytes(1) },
    { bucket: { name: ['<Source>'] }, object: { size: [{ numeric: ['>=', 1, '<=', 1024] }] } },
  ],
  ['', { maximumSize: Size.bytes(7) }, { bucket: { name: ['<Source>'] }, object: { size: [{ numeric: ['<=', 7] }] } }],
  ['', { keySuffix: '.mp4' }, { bucket: { name: ['<Source>'] }, object: { key: [{ suffix: '.mp4' }] } }],
  ['raw/', { keySuffix: '.mp4' }, { bucket: { name: ['<Source>'] }, object: { key: [{ wildcard: 'raw/*.mp4' }] } }],
  [
    'r*w\\/',
    { keySuffix: '*\\' },
    { bucket: { name: ['<Source>'] }, object: { key: [{ wildcard: 'r\\*w\\\\/*\\*\\\\' }] } },
  ],
  [
    'a/b',
    { keySuffix: 'b.b' },
    { bucket: { name: ['<Source>'] }, object: { key: [{ wildcard: 'a/b*b.b' }, 'a/b.b'] } },
  ],
  [
    '',
    { reasons: [ObjectCreatedReason.POST_OBJECT, ObjectCreatedReason.COMPLETE_MULTIPART_UPLOAD] },
    { bucket: { name: ['<Source>'] }, reason: ['POST Object', 'CompleteMultipartUpload'] },
  ],
])('the pattern for the prefix %j and %j', (prefix, options, detail) => {
  const { workflow, template } = copyFrom(prefix);
  workflow.copyOnObjectCreated('OnUpload', options);
  expect(rule(template())).toEqual({
    Description: 'Copies objects when they are created',
    EventPattern: { source: ['aws.s3'], 'detail-type': ['Object Created'], detail },
    State: 'ENABLED',
    // No Input, InputPath or InputTransformer: the raw event.
    Targets: [{ Id: 'Target0', Arn: '<CopyStateMachine>', RoleArn: '<CopyStateMachineEventsRole.Arn>' }],
  });
});

test('allows the role of the rule to start executions, and nothing else', () => {
  const { workflow, template } = copyFrom('');
  workflow.copyOnObjectCreated('OnUpload');
  workflow.copyOnObjectCreated('Again', { keyPrefix: 'x' });
  expect(statementsOf(template(), 'CopyStateMachineEventsRole')).toEqual([
    allow(['states:StartExecution'], '<CopyStateMachine>'),
  ]);
});

test('sends events that start no execution to the dead-letter queue', () => {
  const { stack, workflow, template } = copyFrom('');
  workflow.copyOnObjectCreated('OnUpload', { deadLetterQueue: new sqs.Queue(stack, 'Dead') });
  const synthesized = template();
  expect(rule(synthesized).Targets[0].DeadLetterConfig).toEqual({ Arn: '<Dead.Arn>' });
  synthesized.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: [
        {
          Action: 'sqs:SendMessage',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: {
            ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [Match.stringLikeRegexp('^CopyOnUpload'), 'Arn'] } },
          },
        },
      ],
    },
  });
});

test('creates rules for two sources of one workflow', () => {
  const stack = newStack();
  const [one, two] = ['One', 'Two'].map((id) => CopySource.bucket(new s3.Bucket(stack, id), { prefix: `${id}/` }));
  const { workflow, template } = copy({ sources: [one!, two!] }, stack);
  workflow.copyOnObjectCreated('First');
  const second = workflow.copyOnObjectCreated('Second', { source: two });
  second.addEventPattern({ region: ['eu-west-1'] });
  const synthesized = template();
  const { bucket, object } = rule(synthesized, 'CopyFirst').EventPattern.detail;
  expect([bucket.name, object.key]).toEqual([['<One>'], [{ prefix: 'One/' }]]);
  expect(rule(synthesized, 'CopySecond').EventPattern).toMatchObject({
    region: ['eu-west-1'],
    detail: { bucket: { name: ['<Two>'] }, object: { key: [{ prefix: 'Two/' }] } },
  });
});

test('fails for a source of another workflow', () => {
  const { stack, workflow } = copyFrom('');
  const source = CopySource.bucket(new s3.Bucket(stack, 'Foreign'));
  expect(() => workflow.copyOnObjectCreated('OnUpload', { source })).toThrow(
    'copyOnObjectCreated("OnUpload"): source is not one of the workflow\'s sources; pass the same CopySource object to both',
  );
});

test.each(['lake/', 'raw', '', 'Raw/'])('fails for the keyPrefix %j outside of raw/', (keyPrefix) => {
  const { workflow } = copyFrom('raw/');
  expect(() => workflow.copyOnObjectCreated('OnUpload', { keyPrefix })).toThrow(
    `copyOnObjectCreated("OnUpload"): keyPrefix ${JSON.stringify(keyPrefix)} is outside the source's prefix "raw/"`,
  );
});

test('fails for a minimumSize beyond EventBridge’s limit', () => {
  const { workflow } = copyFrom('');
  expect(() => workflow.copyOnObjectCreated('OnUpload', { minimumSize: Size.gibibytes(5) })).toThrow(
    'minimumSize must be at most 5000000000 bytes, the largest number in an event pattern, got 5368709120',
  );
});

test.each<[CopyOnObjectCreatedOptions, string]>([
  [{ maximumSize: Size.gibibytes(5) }, 'maximumSize must be at most 5000000000 bytes'],
  [
    { minimumSize: Size.bytes(2), maximumSize: Size.bytes(1) },
    'copyOnObjectCreated("OnUpload"): minimumSize of 2 bytes is more than maximumSize of 1 bytes',
  ],
  [{ reasons: [] }, 'copyOnObjectCreated("OnUpload"): reasons is empty; leave it out for all'],
  [
    { destination: CopyDestination.bucketName('elsewhere') },
    'copyOnObjectCreated("OnUpload"): destination is not one of the workflow\'s destinations; pass the same CopyDestination object to both',
  ],
])('fails for %j', (options, message) => {
  const { workflow } = copyFrom('');
  expect(() => workflow.copyOnObjectCreated('OnUpload', options)).toThrow(message);
});

test('adds the destination and overwrite of the rule to the event', () => {
  const stack = newStack();
  const [one, two] = ['One', 'Two'].map((id) => CopyDestination.bucket(new s3.Bucket(stack, id), { prefix: `${id}/` }));
  const { workflow, template } = copy({ destinations: [one!, two!] }, stack);
  workflow.copyOnObjectCreated('OnUpload', { destination: two, overwrite: CopyOverwrite.IF_DIFFERENT });
  const [{ InputTransformer }] = rule(template()).Targets;
  expect(InputTransformer.InputPathsMap).toEqual({ detail: '$.detail' });
  expect(InputTransformer.InputTemplate).toBe(
    '{"source":"aws.s3","detail-type":"Object Created","detail":<detail>,"destination":{"bucket":"<Two>","prefix":"Two/"},"options":{"overwrite":"if-different"}}',
  );
});

test('eventTarget starts copies from other rules, by the same role', () => {
  const { stack, workflow, template } = copyFrom('');
  workflow.copyOnObjectCreated('OnUpload');
  const input = events.RuleTargetInput.fromObject({ source: 's3://raw/dump.bin' });
  const schedule = events.Schedule.rate(Duration.days(1));
  new events.Rule(stack, 'Nightly', { schedule, targets: [workflow.eventTarget({ input, retryAttempts: 3 })] });
  expect(rule(template(), 'Nightly')).toMatchObject({
    ScheduleExpression: 'rate(1 day)',
    Targets: [
      {
        Arn: '<CopyStateMachine>',
        RoleArn: '<CopyStateMachineEventsRole.Arn>',
        Input: '{"source":"s3://raw/dump.bin"}',
        RetryPolicy: { MaximumRetryAttempts: 3 },
      },
    ],
  });
});

test('fails for a URI as keyPrefix', () => {
  const { workflow } = copy();
  expect(() => workflow.copyOnObjectCreated('OnUpload', { keyPrefix: 's3://raw/in/' })).toThrow(
    `copyOnObjectCreated("OnUpload") takes a key prefix such as 'raw/', got a URI: "s3://raw/in/"`,
  );
});

test("warns of a keyPrefix that begins with '/', unless the prefix of the source does", () => {
  const slash = CopySource.bucketName('slash', { prefix: '/' });
  const { workflow, stack } = copy();
  workflow.addSource(slash);
  workflow.copyOnObjectCreated('OnUpload', { keyPrefix: '/in/' });
  workflow.copyOnObjectCreated('BelowSlash', { source: slash, keyPrefix: '/in/' });
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('keyPrefixWithSlash'));
  expect(warnings.map(({ entry }) => entry.data)).toEqual([
    expect.stringContaining(
      `Rule OnUpload: keyPrefix "/in/" begins with '/', and keys in S3 usually do not: write "in/".`,
    ),
  ]);
});

test('accepts a keyPrefix that is known only at deployment', () => {
  const { workflow } = copyFrom('raw/');
  const keyPrefix = Lazy.string({ produce: () => 'raw/later/' });
  expect(() => workflow.copyOnObjectCreated('OnUpload', { keyPrefix })).not.toThrow();
});

describe('a rule for a bucket that sends its events elsewhere', () => {
  const home = { env: { account: '111122223333', region: 'eu-west-1' } };
  const warnings = (options: CopyBucketNameOptions, stack: Stack) => {
    const { workflow } = copy({ sources: [CopySource.bucketName('raw', options)] }, stack);
    workflow.copyOnObjectCreated('OnUpload');
    return Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('eventsElsewhere'))
      .map(({ entry }) => entry.data as string);
  };

  test.each<[CopyBucketNameOptions, string]>([
    [{ account: '444455556666' }, 'account 444455556666.'],
    [{ region: 'us-west-2' }, 'Region us-west-2.'],
    [{ account: '444455556666', region: 'us-west-2' }, 'account 444455556666, Region us-west-2.'],
  ])('gives a warning: %j', (options, place) => {
    expect(warnings(options, newStack({}, home))).toEqual([
      expect.stringContaining(
        `Rule OnUpload does not receive the events of CopySource.bucketName("raw"): S3 sends them to the default event bus of the bucket's ${place}`,
      ),
    ]);
  });

  test('gives no warning if the events may arrive', () => {
    expect(warnings({ account: '111122223333', region: 'eu-west-1' }, newStack({}, home))).toEqual([]);
    expect(warnings({ account: '444455556666' }, newStack())).toEqual([]);
  });
});

describe('a rule whose copies start the rule again', () => {
  /** Warnings of a workflow within one bucket. */
  function warnings(from: string, to: string, options: CopyOnObjectCreatedOptions, otherBucket = false): string[] {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Bucket');
    const { workflow } = copy(
      {
        sources: [CopySource.bucket(bucket, { prefix: from })],
        destinations: [CopyDestination.bucket(otherBucket ? new s3.Bucket(stack, 'Other') : bucket, { prefix: to })],
      },
      stack,
    );
    workflow.copyOnObjectCreated('OnUpload', options);
    return Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('copyLoop'))
      .map(({ id, entry }) => `${id}: ${entry.data as string}`);
  }

  test.each<[string, string, CopyOnObjectCreatedOptions]>([
    ['', '', {}],
    ['', 'copies/', {}],
    ['raw/', 'raw/', {}],
    ['raw/', 'raw/copies/', {}],
    ['', '', { keyPrefix: 'raw/' }],
    ['raw/', 'raw/', { keyPrefix: 'raw/x/' }],
    ['', 'raw/copies/', { keyPrefix: 'raw/' }],
  ])('gives a warning: from %j to %j, %j', (from, to, options) => {
    const prefix = options.keyPrefix ?? from;
    const copiedTo = `${to}${prefix.slice(from.length)}`;
    expect(warnings(from, to, options)).toEqual([
      `/Test/Copy: Rule OnUpload copies objects below ${JSON.stringify(prefix)} to ${JSON.stringify(copiedTo)} in the same bucket, so every copy starts another copy. Use a destination prefix outside keyPrefix. [ack: cdk-s3-multipart-copy:copyLoop]`,
    ]);
  });

  test.each<[string, string, CopyOnObjectCreatedOptions]>([
    ['raw/', 'lake/', {}],
    ['raw/', 'raw', {}],
    ['', 'copies/', { keyPrefix: 'raw/' }],
  ])('is not seen where there is none: from %j to %j, %j', (from, to, options) => {
    expect(warnings(from, to, options)).toEqual([]);
  });

  test('gives a warning for an access point of the same bucket', () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Bucket');
    const arn = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/writer';
    const destinations = [CopyDestination.accessPoint(arn, { bucket, prefix: 'copies/' })];
    const { workflow } = copy({ sources: [CopySource.bucket(bucket)], destinations }, stack);
    workflow.copyOnObjectCreated('OnUpload');
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('copyLoop'))).toHaveLength(1);
  });

  test('gives no warning for two buckets', () => {
    expect(warnings('', '', {}, true)).toEqual([]);
  });
});
