import { createHash } from 'node:crypto';
import { S3Server } from '../../../local/s3';
import { raw } from './clients';

/** Requests with invalid arguments, and the elements of the error responses. */
describe('request arguments', () => {
  let server: S3Server;
  const DIRECTORY = 'fast--use1-az4--x-s3';

  beforeAll(async () => {
    server = await S3Server.start();
    for (const [name, options] of Object.entries({
      bucket: {},
      versioned: { versioning: 'Enabled' as const },
      locked: { objectLock: true },
      acls: { objectOwnership: 'ObjectWriter' as const },
      [DIRECTORY]: {},
    })) {
      server.createBucket(name, options);
      server.putGenerated({ bucket: name, key: 'k', size: 5 });
    }
  });

  afterAll(async () => {
    await server.close();
  });

  const elementsOf = (body: string): Record<string, string> =>
    Object.fromEntries([...body.matchAll(/<(\w[\w-]*)>([^<]*)<\/\1>/g)].map(([, name, text]) => [name, text]));

  const integer = (name: string, argument = name): [string, string, Record<string, string>][] =>
    ['-1', 'x', '2147483648'].map((value) => [
      `GET /bucket?${name.includes('part') ? 'UPLOAD' : name === 'max-uploads' ? 'uploads' : 'list-type=2'}&${name}=${value}`,
      'InvalidArgument',
      value === '-1'
        ? {
            Message: `Argument ${argument} must be an integer between 0 and 2147483647`,
            ArgumentName: argument,
            ArgumentValue: value,
          }
        : {
            Message: `Provided ${name} not an integer or within integer range`,
            ArgumentName: name,
            ArgumentValue: value,
          },
    ]);

  it.each<[request: string, code: string, elements: Record<string, string | undefined>]>([
    ...integer('max-keys', 'maxKeys'),
    ...integer('max-uploads'),
    ...integer('max-parts'),
    ...integer('part-number-marker'),
    [
      'GET /bucket?list-type=2&continuation-token=garbage',
      'InvalidArgument',
      {
        Message: 'The continuation token provided is incorrect',
        ArgumentName: 'continuation-token',
        ArgumentValue: undefined,
      },
    ],
    [
      'GET /bucket?uploads&key-marker=k&upload-id-marker=u',
      'InvalidArgument',
      { Message: 'Invalid uploadId marker', ArgumentName: 'upload-id-marker', ArgumentValue: 'u' },
    ],
    ['GET /bucket?uploads&encoding-type=x', 'InvalidArgument', { ArgumentName: 'encoding-type', ArgumentValue: 'x' }],
    [
      'GET /?bucket-region=eu-east-1',
      'InvalidArgument',
      {
        Message: 'Argument value eu-east-1 is not a valid AWS Region',
        ArgumentName: 'bucket-region',
        ArgumentValue: undefined,
      },
    ],
    [
      'GET /bucket/k?attributes',
      'InvalidRequest',
      {
        Message:
          'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
      },
    ],
    [
      'GET /bucket/k?attributes [x-amz-object-attributes: ETag,Dummy]',
      'InvalidArgument',
      { ArgumentName: 'x-amz-object-attributes', ArgumentValue: 'Dummy' },
    ],
    [
      'GET /bucket?list-type=2 [x-amz-optional-object-attributes: Dummy]',
      'InvalidArgument',
      { ArgumentName: 'x-amz-optional-object-attributes', ArgumentValue: 'Dummy' },
    ],
    [
      'PUT /bucket?versioning <VersioningConfiguration/>',
      'IllegalVersioningConfigurationException',
      { Message: 'The Versioning element must be specified' },
    ],
    [
      'PUT /bucket?tagging <Tagging><TagSet/></Tagging>',
      'InvalidRequest',
      { Message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*' },
    ],
    [
      'POST /bucket?delete <Delete><Object><Key>k</Key></Object></Delete>',
      'InvalidRequest',
      { Message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*' },
    ],
    ['PUT /bucket/k?tagging', 'MissingRequestBodyError', { Message: 'Request Body is empty' }],
    ['PUT /bucket/k?tagging <Tagging>', 'MalformedXML', {}],
    ['PUT /bucket?ownershipControls <OwnershipControls/>', 'MalformedXML', {}],
    [
      'PUT /bucket?ownershipControls <OwnershipControls><Rule><ObjectOwnership>X</ObjectOwnership></Rule></OwnershipControls>',
      'MalformedXML',
      {},
    ],
    ['PUT /bucket?policy', 'MalformedPolicy', {}],
    ['PUT /bucket?acl [x-amz-acl: private]', 'AccessControlListNotSupported', {}],
    ['PUT /bucket/k?acl [x-amz-acl: private]', 'AccessControlListNotSupported', {}],

    [
      'PUT /new [x-amz-object-ownership: X]',
      'InvalidArgument',
      {
        Message: 'Invalid x-amz-object-ownership header: X',
        ArgumentName: 'x-amz-object-ownership',
        ArgumentValue: undefined,
      },
    ],
    ['PUT /new [x-amz-object-ownership: ]', 'InvalidArgument', { Message: 'Invalid x-amz-object-ownership header: ' }],
    ['PUT /new [x-amz-acl: privatee]', 'InvalidArgument', { ArgumentName: 'x-amz-acl', ArgumentValue: 'privatee' }],
    [
      'PUT /new [x-amz-acl: public-read]',
      'InvalidBucketAclWithObjectOwnership',
      { Message: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting" },
    ],
    ['PUT /bucket?object-lock', 'MissingRequestBodyError', { Message: 'Request Body is empty' }],
    [
      'PUT /bucket/k?acl <AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="AmazonCustomerByEmail"><EmailAddress>a@b.c</EmailAddress></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>',
      'MethodNotAllowed',
      {},
    ],
    [
      'PUT /new <CreateBucketConfiguration><LocationConstraint>abc</LocationConstraint></CreateBucketConfiguration>',
      'InvalidLocationConstraint',
      { LocationConstraint: 'abc' },
    ],
    [
      'PUT /new <CreateBucketConfiguration><LocationConstraint></LocationConstraint></CreateBucketConfiguration>',
      'InvalidLocationConstraint',
      {},
    ],
    [
      'PUT /new <CreateBucketConfiguration><Tags><Tag><Key>aws:x</Key><Value/></Tag></Tags></CreateBucketConfiguration>',
      'InvalidTag',
      { TagKey: undefined },
    ],

    [
      'PUT /locked?object-lock <ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>0</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
      'InvalidArgument',
      { Message: 'Default retention period must be a positive integer value.', ArgumentName: 'Days' },
    ],
    [
      'PUT /locked?object-lock <ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Years>101</Years></DefaultRetention></Rule></ObjectLockConfiguration>',
      'InvalidArgument',
      { ArgumentName: 'Years' },
    ],
    [
      'PUT /locked/k?retention <Retention><Mode>X</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>',
      'MalformedXML',
      {},
    ],
    [
      'PUT /locked/k?retention <Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>soon</RetainUntilDate></Retention>',
      'MalformedXML',
      {},
    ],
    [
      'PUT /locked/k?retention <Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2020-01-01T00:00:00Z</RetainUntilDate></Retention>',
      'InvalidArgument',
      {
        Message: 'The retain until date must be in the future!',
        ArgumentName: 'RetainUntilDate',
        ArgumentValue: 'Tue Dec 31 16:00:00 PST 2019',
      },
    ],
    [
      'PUT /locked/new [x-amz-object-lock-mode: GOVERNANCE] [x-amz-object-lock-retain-until-date: soon]',
      'InvalidArgument',
      {
        Message: 'The retain until date must be provided in ISO 8601 format',
        ArgumentName: 'x-amz-object-lock-retain-until-date',
        ArgumentValue: 'soon',
      },
    ],
    [
      'PUT /bucket/new [x-amz-object-lock-legal-hold: ON]',
      'InvalidRequest',
      { Message: 'Bucket is missing ObjectLockConfiguration' },
    ],
    ['GET /bucket/k?legal-hold', 'InvalidRequest', { Message: 'Bucket is missing Object Lock Configuration' }],

    [
      'PUT /bucket/new [x-amz-copy-source: ]',
      'InvalidArgument',
      { Message: 'Invalid copy source bucket name', ArgumentName: 'x-amz-copy-source' },
    ],
    ['PUT /bucket/new [x-amz-copy-source: bucket]', 'InvalidArgument', { Message: 'Invalid copy source object key' }],
    [
      'PUT /bucket/new [x-amz-trailer: x-amz-checksum-sha10]',
      'InvalidRequest',
      { Message: 'The value specified in the x-amz-trailer header is not supported' },
    ],
    ['DELETE /versioned/k?versionId=null [if-match: *]', 'NotImplemented', { Header: 'If-Match' }],
    ['DELETE /bucket/k [x-amz-if-match-size: 5]', 'NotImplemented', { Header: 'x-amz-if-match-size' }],

    [
      'GET /bucket/k?response-content-type=text/plain',
      'InvalidRequest',
      { Message: 'Request specific response headers cannot be used for anonymous GET requests.' },
    ],
    [
      'GET /bucket/k?X-Amz-Signature=s',
      'AuthorizationQueryParametersError',
      { Message: expect.stringContaining('requires the X-Amz-Algorithm') as string },
    ],
    [
      'GET /bucket/k?Signature=s',
      'AccessDenied',
      {
        Message: 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
      },
    ],
    ...['list-type=2', 'uploads'].map((listing): [string, string, Record<string, string>] => [
      `GET /${DIRECTORY}?${listing}&prefix=a`,
      'InvalidRequest',
      {
        Message:
          'This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending with a delimiter and try again.',
      },
    ]),
    [
      `PUT /${DIRECTORY}/x [content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==]`,
      'NotImplemented',
      { Message: 'This bucket does not support Content Md5 header.' },
    ],
    [
      'PUT /bucket?UPLOAD&partNumber=1 [x-amz-copy-source: /bucket/k] [content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==]',
      'InvalidArgument',
      {
        Message: 'The specified header is not valid in this context',
        ArgumentName: 'Content-MD5',
        ArgumentValue: '1B2M2Y8AsgTpgAmY7PhCfg==',
      },
    ],
    [
      'PUT /bucket/x [x-amz-sdk-checksum-algorithm: SHA256] [x-amz-checksum-crc32: AAAAAA==] <x/>',
      'InvalidRequest',
      { Message: 'Value for x-amz-sdk-checksum-algorithm header is invalid.' },
    ],
    ['PRESIGNED&X-Amz-Expires=x', 'AuthorizationQueryParametersError', { Message: 'X-Amz-Expires should be a number' }],
    [
      'PRESIGNED&X-Amz-Expires=-1',
      'AuthorizationQueryParametersError',
      { Message: 'X-Amz-Expires must be non-negative' },
    ],
    [
      'PRESIGNED&X-Amz-Expires=604801',
      'AuthorizationQueryParametersError',
      { Message: expect.stringContaining('less than a week') as string },
    ],
    ['PRESIGNED&X-Amz-Expires=60', 'AccessDenied', { Message: 'Request has expired', 'X-Amz-Expires': '60' }],
    [
      'PRESIGNED&X-Amz-Expires=60&FUTURE',
      'AccessDenied',
      { Message: 'Request is not yet valid', 'X-Amz-Expires': undefined },
    ],
  ])('%s is %s', async (text, code, expected) => {
    const signed = `GET /bucket/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A/20200101/us-east-1/s3/aws4_request&X-Amz-SignedHeaders=host&X-Amz-Signature=s&X-Amz-Date=${text.includes('FUTURE') ? 2099 : 2020}0101T000000Z`;
    const url = text.replace('PRESIGNED', signed).replace('/bucket?UPLOAD', await newUpload());
    const [, method = '', path = '', rest = ''] = /^(\w+) (\S+)(.*)$/s.exec(url) ?? [];
    const headers = Object.fromEntries(
      [...rest.matchAll(/\[([\w-]+): ([^\]]*)\]/g)].map(([, name, value]) => [name, value]),
    );
    const body = /<.*/s.exec(rest)?.[0];
    const answer = await raw(server, {
      method,
      path,
      headers: headers as Record<string, string>,
      ...(body !== undefined && { body }),
    });
    const elements = elementsOf(answer.body);
    expect(elements).toMatchObject({ Code: code });
    for (const [name, value] of Object.entries(expected)) expect([name, elements[name]]).toEqual([name, value]);
  });

  async function newUpload(): Promise<string> {
    const { body } = await raw(server, { method: 'POST', path: '/bucket/mp?uploads' });
    return `/bucket/mp?uploadId=${elementsOf(body).UploadId}`;
  }

  it.each([
    [
      'bucket',
      'COMPOSITE',
      'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: null',
    ],
    [
      'locked',
      undefined,
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Part requests with Object Lock parameters',
    ],
    ['bucket', 'FULL_OBJECT', undefined],
  ])('parts without a checksum in %s of %s uploads', async (bucket, type, message) => {
    const headers = {
      ...(type !== undefined && {
        'x-amz-checksum-algorithm': type === 'COMPOSITE' ? 'SHA256' : 'CRC32',
        'x-amz-checksum-type': type,
      }),
      ...(bucket === 'locked' && {
        'x-amz-object-lock-mode': 'GOVERNANCE',
        'x-amz-object-lock-retain-until-date': '2199-01-01T00:00:00Z',
      }),
    };
    const { body } = await raw(server, { method: 'POST', path: `/${bucket}/mp?uploads`, headers });
    const path = `/${bucket}/mp?partNumber=1&uploadId=${elementsOf(body).UploadId}`;
    const part = await raw(server, { method: 'PUT', path, body: 'x' });
    expect(elementsOf(part.body).Message).toBe(message);
    const md5 = { 'content-md5': createHash('md5').update('x').digest('base64') };
    const sha256 = { 'x-amz-checksum-sha256': createHash('sha256').update('x').digest('base64') };
    const checked = await raw(server, { method: 'PUT', path, headers: type === 'COMPOSITE' ? sha256 : md5, body: 'x' });
    expect(checked.status).toBe(200);
  });

  it('are accepted if S3 accepts them', async () => {
    const md5 = (body: string): Record<string, string> => ({
      'content-md5': createHash('md5').update(body).digest('base64'),
    });
    const tags = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
    const tagging = { method: 'PUT', path: '/bucket?tagging', headers: md5(tags), body: tags };
    expect((await raw(server, tagging)).status).toBe(204);
    expect((await raw(server, { method: 'PUT', path: '/bucket/k?tagging', body: tags })).status).toBe(200);
    expect((await raw(server, { path: '/bucket?list-type=bogus' })).body).toContain('<Marker/>');
    const acl = { method: 'PUT', path: '/bucket?acl', headers: { 'x-amz-acl': 'bucket-owner-full-control' } };
    expect((await raw(server, acl)).status).toBe(200);
  });
});
