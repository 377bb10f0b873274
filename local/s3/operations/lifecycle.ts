import { randomBytes } from 'node:crypto';
import { s3Error } from '../errors/s3-error';
import { DAY } from '../rules/lifecycle';
import type { LifecycleRule, Tag } from '../store/model';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { childOf, childrenOf, parseDocument, renderTree, S3_NAMESPACE, textOf, type XmlElement } from '../wire/xml';
import type { OperationContext, Operations } from './context';

/** Maximum length of a rule ID. */
const MAX_ID = 255;

/** Stores rules as XML, and the parts of them that appear in responses to other requests. Rules are not executed. */
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
  const lifecycle = rules.map(parseLifecycleRule);
  if (new Set(lifecycle.map(({ id }) => id)).size < lifecycle.length) {
    throw s3Error('InvalidArgument', {}, { detail: 'Rule ID must be unique. Found same ID for more than one rule' });
  }
  const settings = { ...bucket.settings, lifecycle };
  await context.store.commit({ type: 'bucket', bucket: bucket.name, settings });
  return { status: 200 };
}

function parseLifecycleRule(rule: XmlElement): LifecycleRule {
  const status = textOf(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw s3Error('MalformedXml');
  const filter = childOf(rule, 'Filter');
  const and = filter === undefined ? undefined : childOf(filter, 'And');
  const conditions = [rule, filter, and].filter((element) => element !== undefined);
  const prefix = conditions.map((element) => textOf(element, 'Prefix')).find(Boolean) ?? '';
  const days = abortionOf(rule);
  // S3 generates an ID for a rule without one.
  const given = textOf(rule, 'ID');
  if (given !== undefined && given.length > MAX_ID) {
    throw s3Error('InvalidArgument', {}, { detail: `ID length should not exceed allowed limit of ${MAX_ID}` });
  }
  const id = given === undefined || given === '' ? randomBytes(36).toString('base64url') : given;
  const named = { ...rule, children: [idElement(id), ...rule.children.filter(({ name }) => name !== 'ID')] };
  const larger = numberIn(conditions, 'ObjectSizeGreaterThan');
  const smaller = numberIn(conditions, 'ObjectSizeLessThan');
  const tags = conditions.flatMap((element) => childrenOf(element, 'Tag')).map(tagOf);
  const expiration = expirationOf(rule);
  checkNoncurrentExpiration(rule);
  checkTransitions(rule);
  const enabled = status === 'Enabled';
  return {
    xml: renderTree(named),
    prefix,
    id,
    ...(tags.length > 0 && { tags }),
    ...(larger !== undefined && { largerThan: larger }),
    ...(smaller !== undefined && { smallerThan: smaller }),
    ...(days !== undefined && enabled && { abortAfterDays: days }),
    ...(expiration !== undefined && enabled && { expiration }),
  };
}

function idElement(text: string): XmlElement {
  return { name: 'ID', attributes: new Map(), children: [], text };
}

function abortionOf(rule: XmlElement): number | undefined {
  const abort = childOf(rule, 'AbortIncompleteMultipartUpload');
  return abort === undefined ? undefined : positive(textOf(abort, 'DaysAfterInitiation'));
}

/** Reads Days or Date of an Expiration. ExpiredObjectDeleteMarker does not affect responses. */
function expirationOf(rule: XmlElement): LifecycleRule['expiration'] {
  const expiration = childOf(rule, 'Expiration');
  const days = expiration && textOf(expiration, 'Days');
  const date = expiration && textOf(expiration, 'Date');
  if (days !== undefined && date !== undefined) throw s3Error('MalformedXml');
  if (days !== undefined) return { days: positive(days) };
  return date === undefined ? undefined : { date: midnight(date) };
}

/** Transitions have no effect here, but S3 refuses their dates as those of expirations. */
function checkTransitions(rule: XmlElement): void {
  for (const transition of childrenOf(rule, 'Transition')) {
    const date = textOf(transition, 'Date');
    if (date !== undefined) midnight(date);
  }
}

function midnight(date: string): number {
  const time = Date.parse(date);
  if (Number.isNaN(time)) throw s3Error('MalformedXml');
  if (time % DAY !== 0) throw s3Error('InvalidArgument', {}, { detail: "'Date' must be at midnight GMT" });
  return time;
}

function checkNoncurrentExpiration(rule: XmlElement): void {
  const expiration = childOf(rule, 'NoncurrentVersionExpiration');
  if (expiration === undefined) return;
  positive(textOf(expiration, 'NoncurrentDays'));
  const kept = textOf(expiration, 'NewerNoncurrentVersions');
  if (kept !== undefined) positive(kept);
}

function positive(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) throw s3Error('MalformedXml');
  return Number(text);
}

function numberIn(elements: readonly XmlElement[], name: string): number | undefined {
  const text = elements.map((element) => textOf(element, name)).find((value) => value !== undefined);
  if (text === undefined) return undefined;
  if (!/^\d{1,16}$/.test(text)) throw s3Error('MalformedXml');
  return Number(text);
}

function tagOf(element: XmlElement): Tag {
  const key = textOf(element, 'Key');
  if (key === undefined) throw s3Error('MalformedXml');
  return { key, value: textOf(element, 'Value') ?? '' };
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
