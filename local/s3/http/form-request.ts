import type { IncomingMessage, ServerResponse } from 'node:http';
import { s3Error } from '../errors';
import type { OperationContext } from '../operations/context';
import type { Target } from './addressing';
import { formAnswer, readForm } from './form';
import { signerOfForm } from './form-signature';
import { accessKeyOf } from './principal';
import { S3Request } from './request';

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
  const { accounts, endpoint } = context;
  const now = context.now();
  // It is its policy that is signed.
  if (accessKeyOf(request.headers, target.query, now) !== undefined) {
    throw s3Error('NotImplemented', { Header: 'Authorization' });
  }
  const bucket = target.bucket ?? '';
  const form = await readForm(request, response, bucket, (fields) => signerOfForm(fields, accounts), now);
  const credential = form.fields.get('x-amz-credential')?.value;
  // The Region that it is signed for is where it has been sent.
  const query = new Map(credential === undefined ? [] : [['X-Amz-Credential', credential] as const]);
  const kept = Object.fromEntries(KEPT_HEADERS.map((name) => [name, request.headers[name]]));
  return new S3Request(
    'PutObject',
    'POST',
    { ...target, key: form.key, query },
    { ...kept, ...form.headers },
    form.body,
    form.principal,
    accessPoint,
    sourceIp,
    (answer) => formAnswer(form.fields, answer, endpoint, bucket),
  );
}
