import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  type ObjectOwnership,
  PutBucketAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { canonicalId } from '../../../local/s3/wire/principal';
import { clientOf, raw, startServer } from './clients';

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
const OWNER = '123456789012';

const aclOf = (uri: string): string =>
  `<AccessControlPolicy xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Owner><ID>${canonicalId(OWNER)}</ID></Owner>` +
  `<AccessControlList><Grant><Grantee xsi:type="Group"><URI>${uri}</URI></Grantee><Permission>READ</Permission></Grant>` +
  '</AccessControlList></AccessControlPolicy>';

type Acl = { headers: Record<string, string>; body?: string };
const canned = (acl: string): Acl => ({ headers: { 'x-amz-acl': acl } });
const granted = (uri: string): Acl => ({ headers: { 'x-amz-grant-read': `uri="${uri}"` } });
const written = (uri: string): Acl => ({ headers: {}, body: aclOf(uri) });

describe('public ACLs', () => {
  let server: S3Server;
  const authorization = `AWS ${OWNER}:signature`;

  beforeEach(async () => {
    server = await startServer({ accountId: OWNER });
  });

  const makeBucket = async (ObjectOwnership: ObjectOwnership, blocks = true): Promise<void> => {
    const s3 = clientOf(server);
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket', ObjectOwnership }));
    if (!blocks) await s3.send(new DeletePublicAccessBlockCommand({ Bucket: 'bucket' }));
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
  };
  const send = async (request: string, acl: Acl) => {
    const [method = '', path = ''] = request.split(' ');
    const copies: Record<string, string> = path.includes('copy') ? { 'x-amz-copy-source': '/bucket/k' } : {};
    return raw(server, { method, path, ...acl, headers: { authorization, ...copies, ...acl.headers } });
  };

  describe.each<[request: string, action: string, resource: string]>([
    ['PUT /bucket/new', 's3:PutObject', 'bucket/new'],
    ['PUT /bucket/copy', 's3:PutObject', 'bucket/copy'],
    ['POST /bucket/new?uploads', 's3:PutObject', 'bucket/new'],
    ['PUT /bucket/k?acl', 's3:PutObjectAcl', 'bucket/k'],
    ['PUT /bucket/k?acl&versionId=null', 's3:PutObjectVersionAcl', 'bucket/k'],
    ['PUT /bucket?acl', 's3:PutBucketAcl', 'bucket'],
  ])('of %s', (request, action, resource) => {
    const documents: [string, Acl][] = [
      ['a document for everybody', written(ALL_USERS)],
      ['a document for all accounts', written(AUTHENTICATED_USERS)],
    ];

    it.each<[string, Acl]>([
      ['public-read', canned('public-read')],
      ['public-read-write', canned('public-read-write')],
      ['authenticated-read', canned('authenticated-read')],
      ['a grant to everybody', granted(ALL_USERS)],
      ['a grant to all accounts', granted(AUTHENTICATED_USERS)],
      ...(request.includes('?acl') ? documents : []),
    ])('%s is refused only if they are blocked', async (_, acl) => {
      await makeBucket('ObjectWriter');
      const refused = await send(request, acl);
      expect(refused.status).toBe(403);
      expect(refused.body).toContain('<Code>AccessDenied</Code>');
      expect(refused.body).toContain(
        `User: arn:aws:iam::${OWNER}:root is not authorized to perform: ${action} on resource: &quot;arn:aws:s3:::${resource}&quot; because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
      );
      await clientOf(server).send(new DeletePublicAccessBlockCommand({ Bucket: 'bucket' }));
      expect((await send(request, acl)).status).toBe(200);
    });

    it.each<[string, Acl]>([
      ['private', canned('private')],
      ['log delivery', canned('log-delivery-write')],
      ['a grant to log delivery', granted(LOG_DELIVERY)],
    ])('%s is not public', async (_, acl) => {
      await makeBucket('ObjectWriter');
      expect((await send(request, acl)).status).toBe(200);
    });

    it('is refused because ACLs are disabled, unless the operation sets an ACL', async () => {
      await makeBucket('BucketOwnerEnforced');
      const expected = request.includes('?acl') ? 'AccessDenied' : 'AccessControlListNotSupported';
      expect((await send(request, canned('public-read'))).body).toContain(`<Code>${expected}</Code>`);
    });
  });

  it.each<[ObjectOwnership | undefined, string]>([
    [undefined, 'InvalidBucketAclWithObjectOwnership'],
    ['ObjectWriter', 'InvalidBucketAclWithBlockPublicAccessError'],
  ])('are refused for a new bucket (ownership: %s)', async (ObjectOwnership, name) => {
    const made = new CreateBucketCommand({ Bucket: 'bucket', ACL: 'public-read', ObjectOwnership });
    await expect(clientOf(server).send(made)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    await makeBucket('BucketOwnerEnforced', false);
  });

  it('that exist remain after public ACLs are blocked', async () => {
    await makeBucket('ObjectWriter', false);
    const s3 = clientOf(server);
    const Bucket = 'bucket';
    await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    const { Grants } = await s3.send(new GetBucketAclCommand({ Bucket }));
    expect(Grants).toContainEqual({ Grantee: { Type: 'Group', URI: ALL_USERS }, Permission: 'READ' });
  });

  it.each([
    ['public-read', 403],
    ['private', 200],
  ])('are blocked by every access point: %s', async (acl, status) => {
    server.createBucket('bucket', { objectOwnership: 'ObjectWriter', accessPoints: ['door'] });
    expect((await send('PUT /bucket/k', canned(acl))).status).toBe(200);
    expect((await send(`PUT /door-${OWNER}/k`, canned(acl))).status).toBe(status);
    expect((await send(`PUT /door-${OWNER}/k?acl`, canned(acl))).status).toBe(status);
  });

  it.each<[object, acl: number, policy: number]>([
    [{ objectOwnership: 'ObjectWriter' }, 200, 403],
    [{ objectOwnership: 'ObjectWriter', blockPublicAccess: true }, 403, 403],
    [{ objectOwnership: 'ObjectWriter', blockPublicAccess: false }, 200, 204],
    [{}, 403, 403],
    [{ blockPublicAccess: false }, 400, 204],
  ])('are blocked according to blockPublicAccess: %j', async (options, acl, policy) => {
    server.createBucket('bucket', options);
    expect((await send('PUT /bucket?acl', canned('public-read'))).status).toBe(acl);
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::bucket' };
    const body = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    expect((await send('PUT /bucket?policy', { headers: {}, body })).status).toBe(policy);
  });
});
