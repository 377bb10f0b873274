import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Front } from '../../local/run/serve/front';
import { S3Server } from '../../local/s3';
import { secretArn, SecretsServer } from '../../local/secrets';
import { LocalDeployment, LocalStepFunctions } from '../../local/workflow';
import { ACCOUNT, REGION, SIGNER, STATE_MACHINE } from './targets';

/*
 * The servers, in a process of their own, so that a crash and a hang are seen from outside. Prints their endpoints, and tells its memory
 * when it is asked.
 */

const ALLOW = { Effect: 'Allow', Action: ['s3:*', 'kms:*', 's3express:*', 'secretsmanager:*'], Resource: '*' };
const DENY = { Effect: 'Deny', Action: 's3:Delete*', Resource: 'arn:aws:s3:::*/locked*' };
const TAGGED = {
  Effect: 'Allow',
  Action: 's3:*Object*',
  Resource: 'arn:aws:s3:::*/*a*b*${aws:username}*',
  Condition: {
    StringLike: { 's3:RequestObjectTag/*': '*a*b*c*' },
    ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:*/*' },
  },
};

async function s3(enforceIam: boolean, dir: string | undefined): Promise<S3Server> {
  const server = await S3Server.start({
    enforceIam,
    refuseUnknownAccessKeys: enforceIam,
    unknownKmsKeys: 'create',
    dir,
  });
  server.addPrincipal(SIGNER);
  server.addPrincipal({ accessKeyId: 'ALL', policies: [{ Version: '2012-10-17', Statement: [ALLOW, DENY] }] });
  server.addPrincipal({ accessKeyId: 'SOME', policies: [{ Version: '2012-10-17', Statement: [TAGGED] }] });
  server.createBucket('bucket', { versioning: 'Enabled', blockCustomerKeys: false, objectOwnership: 'ObjectWriter' });
  server.createBucket('locked', { objectLock: true });
  server.createBucket('fast--use1-az4--x-s3');
  server.createKmsKey({ keyId: '134f2428-cec1-4b25-a1ae-9048164dba47', aliases: ['alias/key'] });
  for (const key of ['k', 'locked', 'a/b']) server.putGenerated({ bucket: 'bucket', key, size: 100_000 });
  return server;
}

function stepFunctions(folder: string, s3Endpoint: string): LocalStepFunctions {
  const file = join(folder, 'Fuzz.template.json');
  const definition = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
  const machine = {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: STATE_MACHINE,
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/any`,
      DefinitionString: JSON.stringify(definition),
    },
  };
  writeFileSync(file, JSON.stringify({ Resources: { Machine: machine, Queue, Rule } }));
  return new LocalStepFunctions(LocalDeployment.fromTemplate(file), { s3Endpoint });
}

const Queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'Queue' } };

const Rule = {
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: 'Rule',
    EventPattern: { source: [{ prefix: 'a' }] },
    State: 'ENABLED',
    Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
  },
};

async function start(): Promise<void> {
  const folder = process.argv[2]!;
  const endpoints: Record<string, string> = {};
  let kept: S3Server | undefined;
  for (const enforceIam of [false, true]) {
    const suffix = enforceIam ? ' with IAM' : '';
    const server = await s3(enforceIam, enforceIam ? join(folder, 's3') : undefined);
    if (enforceIam) kept = server;
    const secret = { arn: secretArn('key', REGION, ACCOUNT), name: 'key', text: 'text' };
    const secrets = await SecretsServer.start(
      [secret],
      enforceIam ? { authorize: (access) => server.checkAccess(access) } : {},
    );
    const runner = stepFunctions(folder, server.endpoint);
    endpoints[`S3${suffix}`] = server.endpoint;
    endpoints[`Secrets Manager${suffix}`] = secrets.endpoint;
    endpoints[`Step Functions${suffix}`] = await runner.endpointUrl();
    const [s3Url, secretsUrl, workflow] = [server.endpoint, secrets.endpoint, await runner.endpointUrl()].map(
      (text) => new URL(text),
    );
    const front = await Front.start(0, { s3: s3Url!, secrets: secretsUrl!, workflow: workflow! });
    endpoints[`Front${suffix}`] = front.endpoint;
  }
  process.send?.({ endpoints });
  const reopen = async (): Promise<void> => {
    const dir = join(folder, 's3');
    await kept?.close();
    await (await S3Server.start({ dir })).close();
    process.send?.({ reopened: true });
  };
  process.on('message', ({ collected, reopens }: { collected?: boolean; reopens?: boolean }) => {
    if (reopens) return void reopen();
    const collect = (globalThis as { gc?: () => void }).gc;
    const { rss } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    if (collected) collect?.();
    process.send?.({ rss, heap: process.memoryUsage().heapUsed, computed: (user + system) / 1000 });
  });
  process.on('disconnect', () => process.exit());
}

void start();
