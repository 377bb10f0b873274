export const REGION = 'us-east-1';
export const ACCOUNT = '123456789012';
export const STATE_MACHINE = 'Fuzz';

/** Its signatures are verified. */
export const SIGNER = { accessKeyId: 'SIGNER', secretAccessKey: 'the secret of the signer' };

/** A request in parts, to be changed before it is sent. Texts are Latin-1: a character is a byte. */
export interface Draft {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** How the body is framed. */
  readonly framing: 'length' | 'chunks' | 'none';
}

type Headers = Readonly<Record<string, string>>;

const draft = (method: string, target: string, body = '', headers: Headers = {}): Draft => ({
  method,
  target,
  headers: Object.entries(headers),
  body,
  framing: body === '' && method === 'GET' ? 'none' : 'length',
});

const RETAIN = '2100-01-01T00:00:00Z';
const KEY = Buffer.alloc(32, 'k').toString('base64');
const KEY_MD5 = '7LHO1yPJ+vl4yN7B6JgAkA==';
const SSE_C = {
  'x-amz-server-side-encryption-customer-algorithm': 'AES256',
  'x-amz-server-side-encryption-customer-key': KEY,
  'x-amz-server-side-encryption-customer-key-md5': KEY_MD5,
};
const CHUNKED = {
  'content-encoding': 'aws-chunked',
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': '5',
  'x-amz-trailer': 'x-amz-checksum-crc32',
};
const FORM = [
  '--edge\r\nContent-Disposition: form-data; name="key"\r\n\r\nk',
  '--edge\r\nContent-Disposition: form-data; name="policy"\r\n\r\ne30=',
  '--edge\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nbytes',
  '--edge--\r\n',
].join('\r\n');
const POLICY = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObjectAcl","Resource":"arn:aws:s3:::bucket/*","Condition":{"StringLike":{"aws:Referer":"*a*b*"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}`;
const ACL = `<AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`;
const LIFECYCLE = `<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status><Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter><Expiration><Days>3</Days></Expiration><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>`;
const TAGGING = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';

/** Requests that S3 answers, for every operation. `UPLOAD` becomes the ID of an upload in progress. */
export const S3_REQUESTS: readonly Draft[] = [
  draft('GET', '/'),
  draft(
    'PUT',
    '/bucket',
    '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>',
  ),
  draft('PUT', '/new-bucket'),
  draft('DELETE', '/new-bucket'),
  draft('HEAD', '/bucket'),
  draft('GET', '/bucket?list-type=2&prefix=a&delimiter=/&max-keys=2&encoding-type=url&start-after=k'),
  draft('GET', '/bucket?marker=a&max-keys=1'),
  draft('GET', '/bucket?versions&key-marker=a&version-id-marker=x'),
  draft('GET', '/bucket?uploads&max-uploads=1'),
  draft('GET', '/fast--use1-az4--x-s3?session'),
  draft('PUT', '/fast--use1-az4--x-s3/k', 'bytes'),
  ...['location', 'versioning', 'encryption', 'policy', 'policyStatus', 'tagging', 'lifecycle', 'object-lock'].map(
    (name) => draft('GET', `/bucket?${name}`),
  ),
  ...['ownershipControls', 'requestPayment', 'acl', 'publicAccessBlock', 'cors', 'website'].map((name) =>
    draft('GET', `/bucket?${name}`),
  ),
  draft('PUT', '/bucket?versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'),
  draft(
    'PUT',
    '/bucket?encryption',
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
  ),
  draft('PUT', '/bucket?policy', POLICY),
  draft('DELETE', '/bucket?policy'),
  draft('PUT', '/bucket?tagging', TAGGING),
  draft('PUT', '/bucket?lifecycle', LIFECYCLE),
  draft(
    'PUT',
    '/locked?object-lock',
    '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
  ),
  draft(
    'PUT',
    '/bucket?ownershipControls',
    '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>',
  ),
  draft(
    'PUT',
    '/bucket?requestPayment',
    '<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>',
  ),
  draft('PUT', '/bucket?acl', ACL),
  draft(
    'PUT',
    '/bucket?publicAccessBlock',
    '<PublicAccessBlockConfiguration><BlockPublicAcls>false</BlockPublicAcls></PublicAccessBlockConfiguration>',
  ),
  draft(
    'POST',
    '/bucket?delete',
    '<Delete><Object><Key>x</Key></Object><Object><Key>k</Key><VersionId>null</VersionId></Object></Delete>',
  ),
  draft('POST', '/bucket', FORM, { 'content-type': 'multipart/form-data; boundary=edge' }),
  draft('POST', '/bucket/k', 'a=b&c=d', { 'content-type': 'application/x-www-form-urlencoded' }),
  draft('PUT', '/bucket/k', 'bytes'),
  draft('PUT', '/bucket/k', 'bytes', { 'x-amz-acl': 'public-read', 'x-amz-tagging': 'a=b', 'x-amz-meta-a': 'b' }),
  draft('PUT', '/bucket/k', 'bytes', {
    'x-amz-grant-read': 'id="1", uri="http://acs.amazonaws.com/groups/global/AllUsers"',
  }),
  draft('PUT', '/bucket/k', 'bytes', {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'alias/key',
  }),
  draft('PUT', '/bucket/c', 'bytes', SSE_C),
  draft('PUT', '/bucket/k', '5\r\nbytes\r\n0\r\nx-amz-checksum-crc32:QHwMlQ==\r\n\r\n', CHUNKED),
  draft('PUT', '/locked/k', 'bytes', {
    'x-amz-object-lock-mode': 'GOVERNANCE',
    'x-amz-object-lock-retain-until-date': RETAIN,
  }),
  draft('PUT', '/bucket/k', '', {
    'x-amz-copy-source': '/bucket/a/b?versionId=null',
    'x-amz-metadata-directive': 'REPLACE',
  }),
  draft('GET', '/bucket/k?response-content-type=text/html&versionId=null', '', {
    range: 'bytes=0-9',
    'if-match': '"e"',
  }),
  draft('GET', '/bucket/k?partNumber=1', '', { 'x-amz-checksum-mode': 'ENABLED' }),
  draft('HEAD', '/bucket/k', '', { 'if-modified-since': 'Fri, 27 Nov 2026 00:00:00 GMT' }),
  draft('DELETE', '/bucket/k?versionId=null', '', { 'x-amz-bypass-governance-retention': 'true', 'x-amz-mfa': 'a b' }),
  draft('GET', '/bucket/k?attributes', '', {
    'x-amz-object-attributes': 'ETag,Checksum,ObjectParts,StorageClass,ObjectSize',
  }),
  ...['tagging', 'acl', 'retention', 'legal-hold', 'annotation', 'annotation&annotationName=n'].map((name) =>
    draft('GET', `/bucket/k?${name}`),
  ),
  draft('PUT', '/bucket/k?tagging', TAGGING),
  draft('PUT', '/bucket/k?acl', ACL),
  draft(
    'PUT',
    '/locked/k?retention',
    `<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>${RETAIN}</RetainUntilDate></Retention>`,
  ),
  draft('PUT', '/locked/k?legal-hold', '<LegalHold><Status>OFF</Status></LegalHold>'),
  draft('PUT', '/bucket/k?annotation&annotationName=n', 'text'),
  draft('DELETE', '/bucket/k?annotation&annotationName=n'),
  draft(
    'PUT',
    '/bucket/k?encryption',
    '<ObjectEncryption><SSE-KMS><KMSKeyArn>alias/key</KMSKeyArn></SSE-KMS></ObjectEncryption>',
  ),
  draft(
    'POST',
    '/bucket/k?restore',
    '<RestoreRequest><Days>1</Days><GlacierJobParameters><Tier>Bulk</Tier></GlacierJobParameters></RestoreRequest>',
  ),
  draft('POST', '/bucket/m?uploads', '', {
    'x-amz-checksum-algorithm': 'CRC64NVME',
    'x-amz-checksum-type': 'FULL_OBJECT',
  }),
  draft('PUT', '/bucket/m?partNumber=1&uploadId=UPLOAD', 'bytes'),
  draft('PUT', '/bucket/m?partNumber=2&uploadId=UPLOAD', '', {
    'x-amz-copy-source': 'bucket/k',
    'x-amz-copy-source-range': 'bytes=0-9',
  }),
  draft('GET', '/bucket/m?uploadId=UPLOAD&max-parts=1&part-number-marker=0'),
  draft(
    'POST',
    '/bucket/m?uploadId=UPLOAD',
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"4b3a6218bb3e3a7303e8a171a60fcf92"</ETag></Part></CompleteMultipartUpload>',
    { 'x-amz-mp-object-size': '5' },
  ),
  draft('DELETE', '/bucket/m?uploadId=UPLOAD'),
  draft(
    'GET',
    '/bucket/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=SIGNER%2F20261127%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261127T000000Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=00',
  ),
  draft('GET', '/bucket/k?AWSAccessKeyId=SIGNER&Expires=4102444800&Signature=00'),
  draft('OPTIONS', '/bucket/k', '', { origin: 'http://app.example', 'access-control-request-method': 'PUT' }),
  ...['CreateKey', 'DescribeKey', 'ListKeys', 'EnableKey', 'DisableKey', 'ScheduleKeyDeletion', 'ListAliases'].map(
    (name) => draft('POST', '/', '{"KeyId":"alias/key"}', { 'x-amz-target': `TrentService.${name}` }),
  ),
  draft('POST', '/', '{"AliasName":"alias/other","TargetKeyId":"alias/key"}', {
    'x-amz-target': 'TrentService.CreateAlias',
  }),
];

const FORM_FIELDS = { 'content-type': 'application/x-www-form-urlencoded' };

const SFN_ARN = `arn:aws:states:${REGION}:${ACCOUNT}`;

const json = (target: string, input: object): Draft =>
  draft('POST', '/', JSON.stringify(input), { 'x-amz-target': target });

const sfn = (operation: string, input: object): Draft => json(`AWSStepFunctions.${operation}`, input);

/** Requests to Step Functions, and to the services that have the same endpoint. */
export const SFN_REQUESTS: readonly Draft[] = [
  sfn('StartExecution', {
    stateMachineArn: `${SFN_ARN}:stateMachine:${STATE_MACHINE}`,
    input: '{"a":[1,{"b":null}]}',
    name: 'one',
  }),
  sfn('StartExecution', { stateMachineArn: `${SFN_ARN}:stateMachine:${STATE_MACHINE}`, input: '"text"' }),
  ...['StopExecution', 'RedriveExecution', 'DescribeExecution', 'ListMapRuns', 'DescribeStateMachineForExecution'].map(
    (name) => sfn(name, { executionArn: `${SFN_ARN}:execution:${STATE_MACHINE}:one`, error: 'E', cause: 'c' }),
  ),
  sfn('GetExecutionHistory', {
    executionArn: `${SFN_ARN}:execution:${STATE_MACHINE}:one`,
    reverseOrder: true,
    maxResults: 2,
  }),
  sfn('ListExecutions', {
    stateMachineArn: `${SFN_ARN}:stateMachine:${STATE_MACHINE}`,
    statusFilter: 'SUCCEEDED',
    nextToken: 'eDox',
  }),
  sfn('DescribeMapRun', { mapRunArn: `${SFN_ARN}:mapRun:${STATE_MACHINE}/Map:one` }),
  sfn('ListStateMachines', { maxResults: 10 }),
  sfn('DescribeStateMachine', { stateMachineArn: `${SFN_ARN}:stateMachine:${STATE_MACHINE}` }),
  draft('GET', '/unavailable'),
  json('AWSEvents.PutEvents', {
    Entries: [{ Source: 'a', DetailType: 'b', Detail: '{"c":[1]}', EventBusName: 'default' }],
  }),
  json('AWSEvents.TestEventPattern', { EventPattern: '{"source":[{"prefix":"a"}]}', Event: '{"source":"ab"}' }),
  ...['ListRules', 'DescribeRule', 'ListTargetsByRule', 'ListEventBuses'].map((name) =>
    json(`AWSEvents.${name}`, { Name: 'Rule', Rule: 'Rule', NamePrefix: 'R', EventBusName: 'default', Limit: 1 }),
  ),
  ...[
    'ListQueues',
    'GetQueueUrl',
    'GetQueueAttributes',
    'SendMessage',
    'ReceiveMessage',
    'DeleteMessage',
    'PurgeQueue',
  ].map((name) =>
    json(`AmazonSQS.${name}`, {
      ...{ QueueUrl: `http://localhost/${ACCOUNT}/Queue`, QueueName: 'Queue', MessageBody: 'm', ReceiptHandle: 'r' },
      ...{
        MaxNumberOfMessages: 1,
        AttributeNames: ['All'],
        MessageAttributes: { a: { DataType: 'String', StringValue: 'v' } },
      },
    }),
  ),
  draft('GET', '/_local/events'),
  draft('GET', '/_local/deliveries'),
  draft('POST', '/_local/schedules/Rule'),
  draft('POST', '/', 'Action=GetCallerIdentity&Version=2011-06-15', FORM_FIELDS),
  ...['DescribeStacks', 'ListStacks', 'DescribeStackResource', 'DescribeStackResources', 'ListStackResources'].map(
    (name) =>
      draft('POST', '/', `Action=${name}&Version=2010-05-15&StackName=Fuzz&LogicalResourceId=Machine`, FORM_FIELDS),
  ),
];

const secret = (input: object, operation = 'GetSecretValue'): Draft =>
  draft('POST', '/', JSON.stringify(input), { 'x-amz-target': `secretsmanager.${operation}` });

/** Requests to Secrets Manager. */
export const SECRETS_REQUESTS: readonly Draft[] = [
  secret({ SecretId: 'key' }),
  secret({ SecretId: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:key-Local1`, VersionStage: 'AWSCURRENT' }),
  secret({ SecretId: 'key', VersionId: 'x', VersionStage: 'AWSPREVIOUS' }),
  secret({}, 'ListSecrets'),
];
