import { s3Error } from '../errors/s3-error';
import type { BucketEncryption, Encryption } from '../store/model';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { childOf, childrenOf, parseDocument, renderXml, textOf, type XmlElement } from '../wire/xml';
import type { OperationContext, Operations } from './context';

const ALGORITHMS: ReadonlySet<string> = new Set<Encryption['algorithm']>(['AES256', 'aws:kms', 'aws:kms:dsse']);

function getBucketEncryption(context: OperationContext, request: S3Request): S3Response {
  const { encryption } = context.store.bucket(request.bucket).settings;
  return xmlResponse(
    renderXml('ServerSideEncryptionConfiguration', {
      Rule: {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: encryption.algorithm ?? 'AES256',
          KMSMasterKeyID: encryption.kmsKeyId,
        },
        BucketKeyEnabled: encryption.bucketKeyEnabled ?? false,
        BlockedEncryptionTypes: encryption.blocksCustomerKeys ? { EncryptionType: 'SSE-C' } : undefined,
      },
    }),
  );
}

async function putBucketEncryption(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const document = parseDocument(await request.body.text(), 'ServerSideEncryptionConfiguration');
  const [rule, second] = childrenOf(document, 'Rule');
  if (rule === undefined || second !== undefined) throw s3Error('MalformedXml');
  const encryption = parseEncryptionRule(rule, bucket.settings.encryption);
  if (bucket.settings.directory && encryption.algorithm === 'aws:kms:dsse') throw s3Error('UnknownEncryption');
  await context.store.commit({ type: 'bucket', bucket: bucket.name, settings: { ...bucket.settings, encryption } });
  return { status: 200 };
}

function parseEncryptionRule(rule: XmlElement, before: BucketEncryption): BucketEncryption {
  const byDefault = childOf(rule, 'ApplyServerSideEncryptionByDefault');
  const blocked = childOf(rule, 'BlockedEncryptionTypes');
  const algorithm = byDefault === undefined ? before.algorithm : textOf(byDefault, 'SSEAlgorithm');
  if (algorithm !== undefined && !ALGORITHMS.has(algorithm)) throw s3Error('MalformedXml');
  if (byDefault === undefined && blocked === undefined) throw s3Error('MalformedXml');
  const kmsKeyId = byDefault === undefined ? before.kmsKeyId : textOf(byDefault, 'KMSMasterKeyID');
  if (kmsKeyId !== undefined && (algorithm === undefined || algorithm === 'AES256')) {
    throw s3Error(
      'InvalidArgument',
      {},
      { detail: 'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse' },
    );
  }
  const bucketKey = textOf(rule, 'BucketKeyEnabled');
  return {
    blocksCustomerKeys: blocked === undefined ? before.blocksCustomerKeys : blocksCustomerKeys(blocked),
    ...(algorithm !== undefined && { algorithm: algorithm as Encryption['algorithm'] }),
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    ...(bucketKey !== undefined && { bucketKeyEnabled: bucketKey === 'true' }),
  };
}

/** Whether a BlockedEncryptionTypes element blocks SSE-C. `NONE` blocks nothing. */
function blocksCustomerKeys(blocked: XmlElement): boolean {
  const types = childrenOf(blocked, 'EncryptionType').map(({ text }) => text);
  if (types.some((type) => type !== 'SSE-C' && type !== 'NONE')) throw s3Error('MalformedXml');
  return types.includes('SSE-C');
}

/** Resets the configuration to SSE-S3. Every bucket has default encryption. */
async function deleteBucketEncryption(context: OperationContext, request: S3Request): Promise<S3Response> {
  const { name, settings } = context.store.bucket(request.bucket);
  const encryption: BucketEncryption = { blocksCustomerKeys: settings.encryption.blocksCustomerKeys };
  await context.store.commit({ type: 'bucket', bucket: name, settings: { ...settings, encryption } });
  return { status: 204 };
}

export const bucketEncryptionOperations: Operations = {
  GetBucketEncryption: getBucketEncryption,
  PutBucketEncryption: putBucketEncryption,
  DeleteBucketEncryption: deleteBucketEncryption,
};
