import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { actionsFor, type PolicyScope, SECRET_PERMISSIONS } from './protocol/permissions';
import { keyResource } from './statements';
import { keyArn } from './validation';

/** Grants access to the values of the secrets. `ISecret.grantRead` grants more, and may change the policy of the key. */
export function allowSecrets(grantee: iam.IGrantable, secrets: secretsmanager.ISecret[]): void {
  for (const statement of statementsFor(secrets)) grantee.grantPrincipal.addToPrincipalPolicy(statement);
}

function statementsFor(secrets: secretsmanager.ISecret[]): iam.PolicyStatement[] {
  const scope: PolicyScope = { conditions: ['customerKeys'], versions: 'none' };
  return secrets.flatMap((secret) => {
    // Secrets Manager appends six characters to the name. The ARN of an imported secret may lack them.
    const arn = secret.secretFullArn ?? `${secret.secretArn}-??????`;
    const read = new iam.PolicyStatement({
      actions: actionsFor(SECRET_PERMISSIONS, 'secret', scope),
      resources: [arn],
    });
    if (!secret.encryptionKey) return [read];
    const { resource, conditions } = keyResource(keyArn('customerKeys', secret.encryptionKey), {
      StringEquals: { 'kms:ViaService': `secretsmanager.${secret.env.region}.${Aws.URL_SUFFIX}` },
      StringLike: { 'kms:EncryptionContext:SecretARN': arn },
    });
    const decrypt = new iam.PolicyStatement({
      actions: actionsFor(SECRET_PERMISSIONS, 'secret key', scope),
      resources: [resource],
      conditions,
    });
    return [read, decrypt];
  });
}
