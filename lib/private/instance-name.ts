import { Aws, Fn, Names } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A name that contains a part of the ID of the stack, so that the same template can be deployed twice.
 *
 * @see https://github.com/aws/aws-cdk/issues/28031
 */
export function instanceName(scope: Construct): string {
  const name = Names.uniqueResourceName(scope, { maxLength: 200, separator: '-' });
  // arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/01234567-89ab-cdef-0123-456789abcdef
  const instance = Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
  return `${name}-${instance}`;
}
