import { bucketArn } from '../base/arns';
import { s3Error } from '../errors/s3-error';
import { checkBucketPolicy } from '../iam/bucket-policy';
import { isPublicPolicy } from '../iam/public-policy';
import { checkAclsAllowed } from '../rules/acl';
import { parseTagging, taggingXml } from '../rules/tags';
import type { BucketSettings } from '../store/model';
import { nameInErrors } from '../wire/principal';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { childOf, parseDocument, renderXml, textOf } from '../wire/xml';
import { ownershipOf } from './buckets';
import type { OperationContext, Operations } from './context';

/** Changes settings of the request's bucket. */
async function change(
  context: OperationContext,
  request: S3Request,
  settings: Partial<BucketSettings>,
): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  await context.store.commit({
    type: 'bucket',
    bucket: bucket.name,
    settings: { ...bucket.settings, ...settings },
  });
  return { status: request.method === 'DELETE' ? 204 : 200 };
}

/** Removes a setting. */
async function remove(
  context: OperationContext,
  request: S3Request,
  name: 'policy' | 'publicAccessBlock',
): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const settings = { ...bucket.settings };
  delete settings[name];
  await context.store.commit({ type: 'bucket', bucket: bucket.name, settings });
  return { status: 204 };
}

function getBucketTagging(context: OperationContext, request: S3Request): S3Response {
  const { tags } = context.store.bucket(request.bucket).settings;
  if (tags.length === 0) throw s3Error('NoSuchTagSet', { BucketName: request.bucket });
  return xmlResponse(renderXml('Tagging', taggingXml(tags)));
}

async function putBucketTagging(context: OperationContext, request: S3Request): Promise<S3Response> {
  context.store.bucket(request.bucket);
  if (request.header('content-md5') === undefined && request.body.declaredAlgorithm() === undefined) {
    throw s3Error('MissingBodyChecksum');
  }
  const tags = parseTagging(parseDocument(await request.body.text(), 'Tagging'), 'bucket');
  const answer = await change(context, request, { tags });
  return { ...answer, status: 204 };
}

async function deleteBucketTagging(context: OperationContext, request: S3Request): Promise<S3Response> {
  return change(context, request, { tags: [] });
}

/**
 * The settings of the bucket for operations on its policy.
 * @throws MethodNotAllowed for other accounts than the owner, even if the policy allows them
 */
function settingsForOwner(context: OperationContext, request: S3Request): BucketSettings {
  const { settings } = context.store.bucket(request.bucket);
  if (request.principal.accountId === settings.ownerAccountId) return settings;
  throw s3Error('MethodNotAllowed', { Method: request.method, ResourceType: 'BUCKETPOLICY' });
}

function getBucketPolicy(context: OperationContext, request: S3Request): S3Response {
  const { policy } = settingsForOwner(context, request);
  if (policy === undefined) throw s3Error('NoSuchBucketPolicy', { BucketName: request.bucket });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
}

async function putBucketPolicy(context: OperationContext, request: S3Request): Promise<S3Response> {
  const settings = settingsForOwner(context, request);
  const name = request.bucket;
  const policy = await request.body.text();
  checkBucketPolicy(policy, name, settings);
  if (settings.publicAccessBlock?.blockPublicPolicy === true && isPublicPolicy(policy)) {
    throw s3Error(
      'PublicPolicyBlocked',
      {},
      { who: nameInErrors(request.principal), resource: bucketArn(name, settings.region) },
    );
  }
  const answer = await change(context, request, { policy });
  return { ...answer, status: 204 };
}

async function deleteBucketPolicy(context: OperationContext, request: S3Request): Promise<S3Response> {
  settingsForOwner(context, request);
  return remove(context, request, 'policy');
}

function getBucketPolicyStatus(context: OperationContext, request: S3Request): S3Response {
  const { policy } = context.store.bucket(request.bucket).settings;
  if (policy === undefined) throw s3Error('NoSuchBucketPolicy', { BucketName: request.bucket });
  return xmlResponse(renderXml('PolicyStatus', { IsPublic: isPublicPolicy(policy) }));
}

function getBucketRequestPayment(context: OperationContext, request: S3Request): S3Response {
  const { requesterPays } = context.store.bucket(request.bucket).settings;
  return xmlResponse(renderXml('RequestPaymentConfiguration', { Payer: requesterPays ? 'Requester' : 'BucketOwner' }));
}

async function putBucketRequestPayment(context: OperationContext, request: S3Request): Promise<S3Response> {
  context.store.bucket(request.bucket);
  const payer = textOf(parseDocument(await request.body.text(), 'RequestPaymentConfiguration'), 'Payer');
  if (payer !== 'Requester' && payer !== 'BucketOwner') throw s3Error('MalformedXml');
  return change(context, request, { requesterPays: payer === 'Requester' });
}

function getBucketOwnershipControls(context: OperationContext, request: S3Request): S3Response {
  const { ownership, withoutOwnershipControls } = context.store.bucket(request.bucket).settings;
  if (withoutOwnershipControls === true) {
    throw s3Error('OwnershipControlsNotFoundError', { BucketName: request.bucket });
  }
  return xmlResponse(renderXml('OwnershipControls', { Rule: { ObjectOwnership: ownership } }));
}

async function putBucketOwnershipControls(context: OperationContext, request: S3Request): Promise<S3Response> {
  const { settings } = context.store.bucket(request.bucket);
  const rule = childOf(parseDocument(await request.body.text(), 'OwnershipControls'), 'Rule');
  const ownership = ownershipOf(rule === undefined ? undefined : textOf(rule, 'ObjectOwnership'));
  if (ownership === undefined) throw s3Error('MalformedXml');
  checkAclsAllowed({ ...settings, ownership }, settings.grants ?? [], 'AclWithOwnership');
  return change(context, request, { ownership, withoutOwnershipControls: false });
}

/** Without ownership controls, objects belong to their writers. */
async function deleteBucketOwnershipControls(context: OperationContext, request: S3Request): Promise<S3Response> {
  return change(context, request, { ownership: 'ObjectWriter', withoutOwnershipControls: true });
}

function getPublicAccessBlock(context: OperationContext, request: S3Request): S3Response {
  const { publicAccessBlock: block } = context.store.bucket(request.bucket).settings;
  if (block === undefined) throw s3Error('NoSuchPublicAccessBlockConfiguration', { BucketName: request.bucket });
  return xmlResponse(
    renderXml('PublicAccessBlockConfiguration', {
      BlockPublicAcls: block.blockPublicAcls,
      IgnorePublicAcls: block.ignorePublicAcls,
      BlockPublicPolicy: block.blockPublicPolicy,
      RestrictPublicBuckets: block.restrictPublicBuckets,
    }),
  );
}

async function putPublicAccessBlock(context: OperationContext, request: S3Request): Promise<S3Response> {
  context.store.bucket(request.bucket);
  const document = parseDocument(await request.body.text(), 'PublicAccessBlockConfiguration');
  const flag = (name: string): boolean => textOf(document, name)?.toLowerCase() === 'true';
  return change(context, request, {
    publicAccessBlock: {
      blockPublicAcls: flag('BlockPublicAcls'),
      ignorePublicAcls: flag('IgnorePublicAcls'),
      blockPublicPolicy: flag('BlockPublicPolicy'),
      restrictPublicBuckets: flag('RestrictPublicBuckets'),
    },
  });
}

async function deletePublicAccessBlock(context: OperationContext, request: S3Request): Promise<S3Response> {
  return remove(context, request, 'publicAccessBlock');
}

export const bucketSettingsOperations: Operations = {
  GetBucketTagging: getBucketTagging,
  PutBucketTagging: putBucketTagging,
  DeleteBucketTagging: deleteBucketTagging,
  GetBucketPolicy: getBucketPolicy,
  PutBucketPolicy: putBucketPolicy,
  DeleteBucketPolicy: deleteBucketPolicy,
  GetBucketPolicyStatus: getBucketPolicyStatus,
  GetBucketRequestPayment: getBucketRequestPayment,
  PutBucketRequestPayment: putBucketRequestPayment,
  GetBucketOwnershipControls: getBucketOwnershipControls,
  PutBucketOwnershipControls: putBucketOwnershipControls,
  DeleteBucketOwnershipControls: deleteBucketOwnershipControls,
  GetPublicAccessBlock: getPublicAccessBlock,
  PutPublicAccessBlock: putPublicAccessBlock,
  DeletePublicAccessBlock: deletePublicAccessBlock,
};
