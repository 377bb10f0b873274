import type { S3Server } from '../s3';
import { type Secret, secretArn, SecretsServer } from '../secrets';
import { type DeployedStateMachine, type LocalDeployment, partitionOf } from '../workflow';
import type { SourceSetup } from './setup/schema';

/**
 * Serves the secrets of the template and of the setup. Values of the setup take precedence.
 *
 * @param authorize returns why a call is denied, undefined if it is allowed
 */
export function serveSecrets(
  deployment: LocalDeployment,
  { region, accountId }: DeployedStateMachine,
  setup: SourceSetup,
  authorize: S3Server['checkAccess'],
): Promise<SecretsServer> {
  const given = Object.entries(setup.secrets ?? {}).map(([id, value]): Secret => {
    const known = deployment.secrets.find(({ arn, name, logicalId }) => [arn, name, logicalId].includes(id));
    const name = known?.name ?? id.replace(/^arn:.*:secret:(.*)-.{6}$/, '$1');
    return { arn: secretArnOf(id, deployment, region, accountId), name, ...value };
  });
  const ofTemplate = deployment.secrets.filter(({ text }) => text !== undefined);
  return SecretsServer.start([...given, ...ofTemplate], { authorize });
}

/** ARN of a secret that a setup names by ARN, or by its name or logical ID in the template. */
export function secretArnOf(id: string, deployment: LocalDeployment, region: string, accountId: string): string {
  if (id.startsWith('arn:')) return id;
  const known = deployment.secrets.find(({ name, logicalId }) => name === id || logicalId === id);
  return known?.arn ?? secretArn(id, region, accountId, partitionOf(region).name);
}
