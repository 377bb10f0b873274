import { s3Error } from '../errors';
import type { S3Request } from '../http/request';
import { type S3Response, xmlResponse } from '../http/response';
import type { LifecycleRule } from '../store/model';
import { childOf, childrenOf, parseDocument, renderTree, S3_NAMESPACE, textOf, type XmlElement } from '../xml';
import type { OperationContext, Operations } from './context';

/** Rules are kept as they were sent: of what they say only the abortion of uploads shows in answers. */
function getLifecycle(context: OperationContext, request: S3Request): S3Response {
  const { lifecycle } = context.store.bucket(request.bucket).settings;
  if (lifecycle === undefined) throw s3Error('NoSuchLifecycleConfiguration', { BucketName: request.bucket });
  const rules = lifecycle.map((rule) => rule.xml).join('');
  const name = 'LifecycleConfiguration';
  return xmlResponse(`<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${S3_NAMESPACE}">${rules}</${name}>`, {
    'x-amz-transition-default-minimum-object-size': 'all_storage_classes_128K',
  });
}

async function putLifecycle(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const document = parseDocument(await request.body.text(), 'LifecycleConfiguration');
  const rules = childrenOf(document, 'Rule');
  if (rules.length === 0 || rules.length > 1000) throw s3Error('MalformedXml');
  const settings = { ...bucket.settings, lifecycle: rules.map(parseRule) };
  await context.store.commit({ type: 'bucket', bucket: bucket.name, settings });
  return { status: 200 };
}

function parseRule(rule: XmlElement): LifecycleRule {
  const status = textOf(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw s3Error('MalformedXml');
  const filter = childOf(rule, 'Filter');
  const and = filter === undefined ? undefined : childOf(filter, 'And');
  const prefix = [rule, filter, and].map((element) => element && textOf(element, 'Prefix')).find(Boolean) ?? '';
  const abort = childOf(rule, 'AbortIncompleteMultipartUpload');
  const days = abort === undefined ? undefined : Number(textOf(abort, 'DaysAfterInitiation'));
  if (days !== undefined && !(Number.isInteger(days) && days > 0)) throw s3Error('MalformedXml');
  const id = textOf(rule, 'ID');
  return {
    xml: renderTree(rule),
    prefix,
    ...(id !== undefined && { id }),
    ...(days !== undefined && status === 'Enabled' && { abortAfterDays: days }),
  };
}

async function deleteLifecycle(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const settings = { ...bucket.settings };
  delete settings.lifecycle;
  await context.store.commit({ type: 'bucket', bucket: bucket.name, settings });
  return { status: 204 };
}

export const lifecycleOperations: Operations = {
  GetBucketLifecycleConfiguration: getLifecycle,
  PutBucketLifecycleConfiguration: putLifecycle,
  DeleteBucketLifecycle: deleteLifecycle,
};
