import { App, Aws, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CopyDestination, CopySource, MultipartCopyWorkflow } from '../../lib';
import { decodeLocations } from '../../lib/private/protocol';
import { flatten } from '../asl';
import { LIST_DESTINATION, listBelow, OURS, ownedBy, READ, WRITE } from './expectations';
import { allow, copy, type Locations, newStack, resource, statementsOf } from './support';

const HOME = { env: { account: '111122223333', region: 'eu-west-1' } };
const ACCESS_POINT = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/raw';
const FAST = 'fast--use1-az4--x-s3';

function planLocations(template: Template): any {
  const { Environment } = flatten(resource(template, 'AWS::Lambda::Function', 'CopyPlanFunction').Properties) as any;
  return decodeLocations(Environment.Variables.MPCOPY_LOCATIONS);
}

describe('the locations that Plan gets', () => {
  const told = (locations: Locations, stack = newStack({}, HOME)) => planLocations(copy(locations, stack).template());

  test('have Region and account only if they are not those of the stack', () => {
    expect(
      told({
        sources: [
          CopySource.bucketName('own'),
          CopySource.bucketName('said', { account: '111122223333', region: 'eu-west-1' }),
          CopySource.bucketName('far', { region: 'us-west-2', prefix: 'a/' }),
          CopySource.bucketName('foreign', { account: '444455556666' }),
          CopySource.directoryBucket(FAST, { region: 'us-east-1' }),
        ],
        destinations: [
          CopyDestination.bucketName('theirs', {
            account: '444455556666',
            region: 'eu-west-1',
            bucketOwnerFullControl: true,
          }),
        ],
      }),
    ).toEqual({
      sources: [
        { bucket: 'own', prefix: '' },
        { bucket: 'said', prefix: '' },
        { bucket: 'far', prefix: 'a/', region: 'us-west-2' },
        { bucket: 'foreign', prefix: '', owner: '444455556666' },
        { bucket: FAST, prefix: '', region: 'us-east-1' },
      ],
      destinations: [{ bucket: 'theirs', prefix: '', owner: '444455556666', acl: 'bucket-owner-full-control' }],
    });
  });

  test('say of which sources the role may name no versions, if no other account decides', () => {
    const stack = newStack({}, HOME);
    const of = (id: string, versioned?: boolean) => CopySource.bucket(new s3.Bucket(stack, id, { versioned }));
    const sources = [
      of('Versioned', true),
      of('Unversioned'),
      CopySource.bucketName('named'),
      CopySource.bucketName('plain', { versioned: false }),
      CopySource.bucketName('foreign', { account: '444455556666', versioned: false }),
      CopySource.directoryBucket(FAST),
    ];
    const versionsOf = (locations: { sources: { versions?: string }[] }) =>
      locations.sources.map(({ versions }) => versions);
    expect(versionsOf(told({ sources }, stack))).toEqual([undefined, 'n', undefined, 'n', undefined, undefined]);
    const copyRole = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/r', { mutable: false });
    const { template } = copy({ sources: [CopySource.bucketName('named')], copyRole }, newStack({}, HOME));
    expect(versionsOf(planLocations(template()))).toEqual(['n']);
  });

  test('have the attributes of an imported bucket', () => {
    const stack = newStack({}, HOME);
    const bucket = (bucketName: string, rest = {}) =>
      s3.Bucket.fromBucketAttributes(stack, bucketName, { bucketName, ...rest });
    expect(
      told(
        {
          sources: [CopySource.bucket(bucket('own'))],
          destinations: [CopyDestination.bucket(bucket('theirs', { account: '444455556666', region: 'us-west-2' }))],
        },
        stack,
      ),
    ).toEqual({
      sources: [{ bucket: 'own', prefix: '' }],
      destinations: [{ bucket: 'theirs', prefix: '', owner: '444455556666', region: 'us-west-2' }],
    });
  });

  test('have the given Region and account in an environment-agnostic stack', () => {
    const { sources } = told(
      {
        sources: [
          CopySource.bucketName('raw', { region: 'eu-west-1', account: '111122223333' }),
          CopySource.bucketName('own', { region: Aws.REGION }),
        ],
      },
      newStack(),
    );
    expect(sources).toEqual([
      { bucket: 'raw', prefix: '', region: 'eu-west-1', owner: '111122223333' },
      { bucket: 'own', prefix: '' },
    ]);
  });

  test('have the ARN and the alias of an access point', () => {
    const stack = newStack({}, HOME);
    const bucket = s3.Bucket.fromBucketAttributes(stack, 'Raw', { bucketName: 'raw', account: '444455556666' });
    const far = 'arn:aws:s3:us-west-2:111122223333:accesspoint/far';
    expect(
      told(
        {
          destinations: [
            CopyDestination.bucketName('far', { region: 'us-west-2' }),
            CopyDestination.bucketName('near'),
          ],
          sources: [
            CopySource.accessPoint(ACCESS_POINT, { bucket, prefix: 'a/', alias: 'raw-abc-s3alias' }),
            CopySource.accessPoint(far, { bucket }),
          ],
        },
        stack,
      ).sources,
    ).toEqual([
      { bucket: ACCESS_POINT, prefix: 'a/', owner: '444455556666', behind: 'raw' },
      { bucket: 'raw-abc-s3alias', prefix: 'a/', owner: '444455556666', behind: 'raw' },
      { bucket: far, prefix: '', owner: '444455556666', region: 'us-west-2', behind: 'raw' },
    ]);
  });

  test('have the Region of a bucket in another stack', () => {
    const app = new App({ analyticsReporting: false });
    const there = new Stack(app, 'There', { env: { account: '111122223333', region: 'us-west-2' } });
    const bucket = new s3.Bucket(there, 'Bucket', { bucketName: 'lake' });
    const destinations = [CopyDestination.bucket(bucket)];
    expect(told({ destinations }, new Stack(app, 'Here', HOME)).destinations).toEqual([
      { bucket: 'lake', prefix: '', region: 'us-west-2' },
    ]);
  });
});

describe('locations that are added later', () => {
  test('are granted and passed to Plan once', () => {
    const { stack, workflow, template } = copy();
    const source = CopySource.bucket(new s3.Bucket(stack, 'More'), { prefix: 'in/' });
    const destination = CopyDestination.bucket(new s3.Bucket(stack, 'Archive'));
    workflow.addSource(source);
    workflow.addSource(source);
    workflow.addDestination(destination);
    workflow.addDestination(destination);
    const rule = workflow.copyOnObjectCreated('OnUpload', { source });
    expect(rule).toBeDefined();
    const made = template();
    expect(planLocations(made)).toEqual({
      sources: [
        { bucket: '<Source>', prefix: '', versions: 'n' },
        { bucket: '<More>', prefix: 'in/', versions: 'n' },
      ],
      destinations: [
        { bucket: '<Destination>', prefix: '' },
        { bucket: '<Archive>', prefix: '' },
      ],
    });
    const statements = statementsOf(made, 'CopyCopyRole');
    expect(statements.filter(({ Resource }) => /More|Archive/.test(Resource[0]!))).toEqual(
      [
        allow(WRITE, '<Archive.Arn>/*'),
        allow(READ, '<More.Arn>/in/*'),
        allow(LIST_DESTINATION, '<Archive.Arn>'),
        listBelow('<More.Arn>', 'in/*'),
      ].map((statement) => ownedBy(OURS, statement)),
    );
  });

  test('can belong to several workflows', () => {
    const stack = newStack();
    const sources = [CopySource.bucketName('raw')];
    const destinations = [CopyDestination.bucketName('lake')];
    for (const id of ['One', 'Two']) new MultipartCopyWorkflow(stack, id, { sources, destinations });
    const template = Template.fromStack(stack);
    const rights = (role: string) => statementsOf(template, role).filter(({ Action }) => Action[0]!.startsWith('s3:'));
    expect(rights('OneCopyRole')).toHaveLength(4);
    expect(rights('TwoCopyRole')).toEqual(rights('OneCopyRole'));
  });
});

describe('events', () => {
  test.each<[string, () => CopySource, string]>([
    ['an access point', () => accessPoint(), 'events name the bucket and not the access point'],
    ['a directory bucket', () => CopySource.directoryBucket(FAST), 'directory buckets send no events'],
  ])('fails for %s', (_name, create, message) => {
    const { workflow } = copy({ sources: [create()] });
    expect(() => workflow.copyOnObjectCreated('OnUpload')).toThrow(`copyOnObjectCreated("OnUpload"): ${message}`);
  });

  function accessPoint(): CopySource {
    return CopySource.accessPoint(ACCESS_POINT, { bucket: s3.Bucket.fromBucketName(newStack(), 'Raw', 'raw') });
  }
});

describe('the environment of Plan', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => CopySource.bucketName(`bucket-with-a-long-name-${1000 + index}`));

  test('has room for more than a hundred locations', () => {
    expect(() => copy({ sources: many(130) }).template()).not.toThrow();
  });

  test('fails synthesis if there are too many locations', () => {
    expect(() => copy({ sources: many(160) }).template()).toThrow(
      /need about \d{4} bytes in the environment of the Plan function, and Lambda allows 4096; declare fewer sources and destinations/,
    );
  });

  test('counts locations that are added later', () => {
    const { workflow, template } = copy();
    for (const source of many(160)) workflow.addSource(source);
    expect(template).toThrow('Lambda allows 4096');
  });

  test('has the ARNs of secrets, which are longer than their names', () => {
    const stack = newStack();
    const customerKeys = Array.from({ length: 45 }, (_, index) => new secretsmanager.Secret(stack, `Key${index}`));
    expect(() => copy({ customerKeys }, stack).template()).toThrow('of the Plan function, and Lambda allows');
  });

  test('can be smaller than that of the sweeper, which fails synthesis too', () => {
    const destinations = Array.from({ length: 129 }, (_, index) =>
      CopyDestination.bucketName(`bucket-with-a-long-name-${1000 + index}`),
    );
    expect(() => copy({ sources: [CopySource.bucketName('raw')], destinations }).template()).toThrow(
      /^(?!.*Plan).*need about \d{4} bytes in .* of the sweeper, and Lambda allows/s,
    );
  });
});

describe('warnings', () => {
  const ID = 'cdk-s3-multipart-copy:unknownEncryptionKey';
  const warnings = (locations: Locations, stack: Stack) => {
    copy(locations, stack);
    return Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => entry.data as string);
  };

  test('are given for a bucket whose key is unknown', () => {
    const stack = newStack();
    expect(
      warnings(
        {
          sources: [CopySource.bucket(s3.Bucket.fromBucketName(stack, 'Raw', 'raw'))],
          destinations: [CopyDestination.bucketName('lake')],
        },
        stack,
      ),
    ).toEqual([
      expect.stringMatching(`^CopySource.bucket\\("raw"\\): this app does not know how the bucket is encrypted.*${ID}`),
      expect.stringMatching(`^CopyDestination.bucketName\\("lake"\\): .*${ID}`),
    ]);
  });

  test('are given for a key that only the L1 resource has', () => {
    const stack = newStack();
    const encrypted = (
      id: string,
      serverSideEncryptionByDefault: s3.CfnBucket.ServerSideEncryptionByDefaultProperty,
    ) => {
      const bucket = new s3.Bucket(stack, id);
      (bucket.node.defaultChild as s3.CfnBucket).bucketEncryption = {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault }],
      };
      return CopySource.bucket(bucket);
    };
    const sources = [
      encrypted('Keyless', { sseAlgorithm: 'aws:kms' }),
      encrypted('Keyed', { sseAlgorithm: 'aws:kms', kmsMasterKeyId: '1234' }),
    ];
    expect(warnings({ sources }, stack)).toEqual([expect.stringMatching(/^CopySource.bucket\(…\): this app/)]);
  });

  test('are not given if the key is known', () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234');
    const sources = [
      CopySource.bucket(new s3.Bucket(stack, 'Plain')),
      CopySource.bucket(s3.Bucket.fromBucketName(stack, 'Raw', 'raw'), { encryptionKey }),
      CopySource.bucket(s3.Bucket.fromBucketAttributes(stack, 'More', { bucketName: 'more', encryptionKey })),
      CopySource.bucketName('most', { encryptionKeyArn: encryptionKey.keyArn }),
      CopySource.directoryBucket(FAST),
    ];
    expect(warnings({ sources }, stack)).toEqual([]);
  });
});
