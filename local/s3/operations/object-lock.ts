import { isoDate } from '../base/dates';
import { s3Error } from '../errors/s3-error';
import { bypassesGovernance, parseRetention } from '../rules/lock';
import type { BucketSettings, DefaultRetention, EventHold, ObjectLock, ObjectVersion, Retention } from '../store/model';
import type { Bucket } from '../store/store';
import { findTaggable } from '../store/versions';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { childOf, parseDocument, renderXml, textOf, type XmlElement, type XmlTree } from '../wire/xml';
import { type OperationContext, type Operations } from './context';

function getObjectLockConfiguration(context: OperationContext, request: S3Request): S3Response {
  const { objectLock } = context.store.bucket(request.bucket).settings;
  if (objectLock === undefined) throw s3Error('ObjectLockConfigurationNotFoundError', { BucketName: request.bucket });
  const rule = objectLock.defaultRetention;
  return xmlResponse(
    renderXml('ObjectLockConfiguration', {
      ObjectLockEnabled: 'Enabled',
      Rule:
        rule === undefined ? undefined : { DefaultRetention: { Mode: rule.mode, Days: rule.days, Years: rule.years } },
    }),
  );
}

async function putObjectLockConfiguration(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const body = await request.body.text();
  if (body.trim() === '') throw s3Error('MissingRequestBody');
  const document = parseDocument(body, 'ObjectLockConfiguration');
  if (textOf(document, 'ObjectLockEnabled') !== 'Enabled') throw s3Error('MalformedXml');
  const rule = childOf(document, 'Rule');
  const defaultRetention = rule === undefined ? undefined : parseDefaultRetention(rule);
  if (bucket.settings.versioning !== 'Enabled') throw s3Error('LockNeedsVersioning');
  const settings: BucketSettings = {
    ...bucket.settings,
    objectLock: defaultRetention === undefined ? {} : { defaultRetention },
  };
  await context.store.commit({ type: 'bucket', bucket: bucket.name, settings });
  return { status: 200 };
}

function parseDefaultRetention(rule: XmlElement): DefaultRetention {
  const retention = childOf(rule, 'DefaultRetention');
  const mode = retention === undefined ? undefined : textOf(retention, 'Mode');
  const days = periodOf(retention, 'Days');
  const years = periodOf(retention, 'Years');
  // Exactly one of Days and Years.
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || (days === undefined) === (years === undefined)) {
    throw s3Error('MalformedXml');
  }
  return { mode, ...(days !== undefined && { days }), ...(years !== undefined && { years }) };
}

/** Checks the duration, at most 100 years. */
const LONGEST = { Days: 36_500, Years: 100 };

function periodOf(element: XmlElement | undefined, name: 'Days' | 'Years'): number | undefined {
  const text = element === undefined ? undefined : textOf(element, name);
  if (text === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(text)) throw s3Error('MalformedXml');
  const value = Number(text);
  if (value < 1) throw s3Error('RetentionPeriod', { ArgumentName: name });
  if (value > LONGEST[name]) throw s3Error('RetentionPeriodTooLong', { ArgumentName: name });
  return value;
}

function integerChild(element: XmlElement | undefined, name: string): number | undefined {
  const text = element === undefined ? undefined : textOf(element, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw s3Error('MalformedXml');
  return Number(text);
}

function lockedObject(context: OperationContext, request: S3Request): { bucket: Bucket; object: ObjectVersion } {
  const bucket = context.store.bucket(request.bucket);
  const object = findTaggable(bucket, request.key, request.versionId, request.method);
  if (bucket.settings.objectLock === undefined) throw s3Error('BucketWithoutLock');
  return { bucket, object };
}

function getObjectRetention(context: OperationContext, request: S3Request): S3Response {
  const { lock } = lockedObject(context, request).object.properties;
  if (lock?.retention === undefined && lock?.eventHold === undefined) throw s3Error('NoSuchObjectLockConfiguration');
  return xmlResponse(renderXml('Retention', { ...retentionXml(lock.retention), ...eventHoldXml(lock.eventHold) }));
}

function retentionXml(retention: Retention | undefined): XmlTree {
  return retention === undefined ? {} : { Mode: retention.mode, RetainUntilDate: isoDate(retention.retainUntil) };
}

function eventHoldXml(hold: EventHold | undefined): XmlTree {
  return hold === undefined
    ? {}
    : { EventHold: hold.status, EventHoldDuration: { Days: hold.days, Years: hold.years } };
}

async function putObjectRetention(context: OperationContext, request: S3Request): Promise<S3Response> {
  const { bucket, object } = lockedObject(context, request);
  const document = parseDocument(await request.body.text(), 'Retention');
  const asked = parseRetentionDocument(document, context.clock.now());
  const bypass = bypassesGovernance(request, bucket.settings);
  checkNotShortened(object.properties.lock?.retention, asked.retention, bypass, context.clock.now());
  const { legalHold, eventHold } = object.properties.lock ?? {};
  const kept = { ...(legalHold !== undefined && { legalHold }), ...(eventHold !== undefined && { eventHold }) };
  return setLock(context, request, object, { ...kept, ...asked });
}

function parseRetentionDocument(document: XmlElement, now: number): Pick<ObjectLock, 'retention' | 'eventHold'> {
  const mode = textOf(document, 'Mode');
  const until = textOf(document, 'RetainUntilDate');
  const hold = textOf(document, 'EventHold');
  const duration = childOf(document, 'EventHoldDuration');
  if ((mode === undefined) !== (until === undefined)) throw s3Error('MalformedXml');
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF') throw s3Error('MalformedXml');
  const days = integerChild(duration, 'Days');
  const years = integerChild(duration, 'Years');
  return {
    ...(mode !== undefined && until !== undefined && { retention: parseRetention(mode, until, now) }),
    ...(hold !== undefined && {
      eventHold: { status: hold, ...(days !== undefined && { days }), ...(years !== undefined && { years }) },
    }),
  };
}

/** COMPLIANCE retention cannot be shortened or removed. With GOVERNANCE, this and a change to COMPLIANCE require the bypass (ceph/ceph#42505). */
function checkNotShortened(
  before: Retention | undefined,
  after: Retention | undefined,
  bypass: boolean,
  now: number,
): void {
  if (before === undefined || before.retainUntil <= now) return;
  const kept = after !== undefined && after.retainUntil >= before.retainUntil && after.mode === before.mode;
  if (!kept && !(bypass && before.mode === 'GOVERNANCE')) throw s3Error('ObjectLocked');
}

function getObjectLegalHold(context: OperationContext, request: S3Request): S3Response {
  const { lock } = lockedObject(context, request).object.properties;
  if (lock?.legalHold === undefined) throw s3Error('NoSuchObjectLockConfiguration');
  return xmlResponse(renderXml('LegalHold', { Status: lock.legalHold }));
}

async function putObjectLegalHold(context: OperationContext, request: S3Request): Promise<S3Response> {
  const { object } = lockedObject(context, request);
  const status = textOf(parseDocument(await request.body.text(), 'LegalHold'), 'Status');
  if (status !== 'ON' && status !== 'OFF') throw s3Error('MalformedXml');
  return setLock(context, request, object, { ...object.properties.lock, legalHold: status });
}

async function setLock(
  context: OperationContext,
  request: S3Request,
  object: ObjectVersion,
  lock: ObjectLock,
): Promise<S3Response> {
  const version = { ...object, properties: { ...object.properties, lock } };
  await context.store.commit({ type: 'version-changed', bucket: request.bucket, key: request.key, version });
  return { status: 200 };
}

export const objectLockOperations: Operations = {
  GetObjectLockConfiguration: getObjectLockConfiguration,
  PutObjectLockConfiguration: putObjectLockConfiguration,
  GetObjectRetention: getObjectRetention,
  PutObjectRetention: putObjectRetention,
  GetObjectLegalHold: getObjectLegalHold,
  PutObjectLegalHold: putObjectLegalHold,
};
