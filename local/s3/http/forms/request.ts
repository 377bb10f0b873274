import type { IncomingMessage, ServerResponse } from 'node:http';
import { s3Error } from '../../errors/s3-error';
import type { OperationContext } from '../../operations/context';
import type { Target } from '../../wire/addressing';
import { S3Request } from '../../wire/request';
import { accessKeyOf } from '../credentials';
import { formAnswer, readForm } from './form';
import { authorizationOf, signerOfForm } from './signature';

/** Where a form was posted to, and from where. */
export interface Posted {
  readonly target: Target;
  readonly accessPoint: string | undefined;
  readonly sourceIp: string;
}

/** Headers of the request itself that policies can ask for. */
const KEPT_HEADERS = ['referer', 'user-agent'];

/** A form is a PutObject whose headers are fields of its body. */
export async function understandForm(
  context: OperationContext,
  request: IncomingMessage,
  response: ServerResponse,
  { target, accessPoint, sourceIp }: Posted,
): Promise<S3Request> {
  const { accounts, endpoint, store } = context;
  const now = context.clock.now();
  // It is its policy that is signed.
  if (accessKeyOf(request.headers, target.query, now) !== undefined) {
    throw s3Error('NotImplemented', { Header: 'Authorization' });
  }
  const bucket = target.bucket ?? '';
  const region = store.findBucket(bucket)?.settings.region;
  const form = await readForm(
    request,
    response,
    bucket,
    (fields) => signerOfForm(fields, accounts, region),
    context.clock,
  );
  const kept = Object.fromEntries(KEPT_HEADERS.map((name) => [name, request.headers[name]]));
  const authorization = authorizationOf(form.fields);
  return new S3Request(
    'PutObject',
    'POST',
    { ...target, key: form.key, query: new Map() },
    { ...kept, ...form.headers, ...(authorization !== undefined && { authorization }) },
    form.body,
    form.principal,
    accessPoint,
    sourceIp,
    (answer) => formAnswer(form.fields, answer, endpoint, bucket),
  );
}
