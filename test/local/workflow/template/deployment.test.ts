import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CfnCondition,
  CfnOutput,
  CfnParameter,
  Fn,
  LegacyStackSynthesizer,
  NestedStack,
  Stack,
  Stage,
  Tags,
  Token,
} from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3express from 'aws-cdk-lib/aws-s3express';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import {
  AssetNotFound,
  InvalidAssembly,
  LocalDeployment,
  StateMachineNotFound,
  UnresolvedIntrinsic,
  UnsupportedFunction,
} from '../../../../local/workflow';
import {
  cleanUp,
  deploy,
  handler,
  invoke,
  newApp,
  newStack,
  runOnce,
  runnerOf,
  stateMachine,
  temporaryFolder,
} from '../support';

afterEach(cleanUp);

const pass = (stack: Stack): sfn.Pass => new sfn.Pass(stack, 'Pass');

function assemblyWithBucket(): string {
  const { app, stack } = newStack();
  new s3.CfnBucket(stack, 'Bucket');
  return app.synth().directory;
}

describe('resources', () => {
  test('buckets with what the caller must create them with', () => {
    const { app, stack } = newStack();
    const key = new kms.Key(stack, 'Key');
    const versioned = new s3.Bucket(stack, 'Uploads', {
      versioned: true,
      encryptionKey: key,
      bucketKeyEnabled: true,
      objectLockEnabled: true,
      enforceSSL: true,
    });
    Tags.of(versioned).add('team', 'lake');
    new s3.Bucket(stack, 'Named', { bucketName: 'my-own-name' });
    new s3express.CfnDirectoryBucket(stack, 'Fast', {
      dataRedundancy: 'SingleAvailabilityZone',
      locationName: 'use1-az5',
    });

    const deployment = deploy(app);

    const [first, second, third] = deployment.buckets;
    expect(deployment.keys).toEqual([
      expect.objectContaining({
        arn: expect.stringMatching(/^arn:aws:kms:us-east-1:123456789012:key\/[0-9a-f-]{36}$/),
      }),
    ]);
    expect(first).toMatchObject({
      name: expect.stringMatching(/^test-uploads[0-9a-f]+-[0-9a-f]{12}$/),
      versioning: 'Enabled',
      objectLock: true,
      directoryBucket: false,
      encryption: { sseAlgorithm: 'aws:kms', kmsKeyId: deployment.keys[0]!.arn, bucketKeyEnabled: true },
      tags: { team: 'lake' },
      policy: { Statement: [expect.objectContaining({ Effect: 'Deny' })] },
    });
    expect(second).toMatchObject({ name: 'my-own-name', arn: 'arn:aws:s3:::my-own-name', objectLock: false });
    expect(third).toMatchObject({ directoryBucket: true, name: expect.stringMatching(/--use1-az5--x-s3$/) });
  });

  test('names are the same in every run, and differ between stacks', () => {
    const names = ['One', 'Two', 'One'].map((name) => {
      const app = newApp();
      new s3.Bucket(new Stack(app, name), 'B');
      return deploy(app).buckets[0]!.name;
    });
    expect(names[0]).toBe(names[2]);
    expect(names[0]).not.toBe(names[1]);
  });

  test('roles with inline, attached and managed policies', () => {
    const { app, stack } = newStack();
    const role = new iam.Role(stack, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        own: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })],
        }),
      },
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole'),
        new iam.ManagedPolicy(stack, 'Managed', {
          statements: [new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: ['*'] })],
        }),
      ],
    });
    const bucket = new s3.Bucket(stack, 'Bucket');
    bucket.grantDelete(role);

    const deployment = deploy(app);

    expect(deployment.roles[0]!.managedPolicyArns).toEqual([
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    ]);
    const statements = deployment.roles[0]!.policies.flatMap((policy) => (policy.document as any).Statement);
    expect(new Set(statements.map((statement) => statement.Action))).toEqual(
      new Set(['s3:GetObject', 's3:DeleteObject*', 's3:PutObject']),
    );
    expect(statements).toContainEqual(expect.objectContaining({ Resource: `${deployment.buckets[0]!.arn}/*` }));
  });

  test('rules with pattern and targets; outputs', () => {
    const { app, stack } = newStack();
    const bucket = new s3.Bucket(stack, 'Bucket');
    const machine = stateMachine(stack, pass(stack));
    new events.Rule(stack, 'Rule', {
      eventPattern: { source: ['aws.s3'], detail: { bucket: { name: [bucket.bucketName] } } },
      targets: [new targets.SfnStateMachine(machine)],
    });
    new CfnOutput(stack, 'Where', { value: bucket.bucketArn, exportName: 'where' });

    const deployment = deploy(app);

    expect(deployment.rules).toEqual([
      expect.objectContaining({
        eventBusName: 'default',
        enabled: true,
        eventPattern: { source: ['aws.s3'], detail: { bucket: { name: [deployment.buckets[0]!.name] } } },
        targets: [expect.objectContaining({ arn: deployment.stateMachine().arn })],
      }),
    ]);
    expect(deployment.outputs).toContainEqual({
      stack: 'Test',
      key: 'Where',
      value: deployment.buckets[0]!.arn,
      exportName: 'where',
    });
  });

  test('a resource whose condition is false is not there; parameters take the given value', () => {
    const { app, stack } = newStack();
    const mode = new CfnParameter(stack, 'Mode', { default: 'off' });
    const condition = new CfnCondition(stack, 'On', { expression: Fn.conditionEquals(mode.valueAsString, 'on') });
    const bucket = new s3.CfnBucket(stack, 'Extra');
    bucket.cfnOptions.condition = condition;
    const directory = app.synth().directory;

    expect(LocalDeployment.fromAssembly(directory).buckets).toEqual([]);
    expect(LocalDeployment.fromAssembly(directory, { parameters: { Mode: 'on' } }).buckets).toHaveLength(1);
  });

  test('Region and account of the stack, or of the options', () => {
    const { app, stack } = newStack({ region: 'eu-central-1', account: '999988887777' });
    new s3.Bucket(new Stack(app, 'Anywhere'), 'B');
    stateMachine(stack, pass(stack));
    const deployment = LocalDeployment.fromAssembly(app.synth().directory, {
      region: 'ap-south-1',
      accountId: '1'.repeat(12),
    });
    expect(deployment.stateMachine().arn).toMatch(/^arn:aws:states:eu-central-1:999988887777:stateMachine:/);
    expect(deployment.buckets[0]!.region).toBe('ap-south-1');
  });
});

describe('stacks', () => {
  test('values travel between stacks, nested stacks and stages', async () => {
    const app = newApp();
    const stage = new Stage(app, 'Prod');
    const storage = new Stack(stage, 'Storage');
    const bucket = new s3.Bucket(storage, 'Bucket');
    const compute = new Stack(stage, 'Compute');
    const nested = new NestedStack(compute, 'Inner');
    const fn = new lambda.Function(nested, 'Fn', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => process.env.BUCKET;'),
      environment: { BUCKET: bucket.bucketName },
    });
    stateMachine(compute, invoke(compute, 'Call', fn));

    const deployment = LocalDeployment.fromAssembly(app.synth().directory, { stack: 'Prod/Compute' });
    const { run } = await runnerOf(deployment);

    expect(await run()).toMatchObject({ status: 'SUCCEEDED', output: deployment.buckets[0]!.name });
  });

  test.each([
    [Fn.importValue('gone'), /No stack of the app exports gone, which stack Test imports/],
    [
      Token.asString({ 'Fn::GetStackOutput': { StackName: 'Gone', OutputName: 'Out' } }),
      /no output Out of a stack Gone in us-east-1/,
    ],
    ['{{resolve:ssm:/gone}}', /No stack of the app creates the SSM parameter \/gone.*--parameter \/gone=VALUE/],
  ])('a value of a stack that is not there: %#', (bucketName, message) => {
    const { app, stack } = newStack({ region: 'us-east-1', account: '123456789012' });
    new s3.CfnBucket(stack, 'Bucket', { bucketName });
    expect(() => deploy(app)).toThrow(message);
  });

  test('the code of a function whose asset is named by parameters', () => {
    delete process.env.CDK_CONTEXT_JSON;
    const app = newApp(undefined, { 'aws:cdk:enable-asset-metadata': true });
    const stack = new Stack(app, 'Legacy', { synthesizer: new LegacyStackSynthesizer() });
    const code = temporaryFolder({ 'index.js': 'exports.handler = async () => 1;' });
    handler(stack, 'Fn', '', { code: lambda.Code.fromAsset(code) });
    const [fn] = deploy(app).functions;
    expect(readFileSync(join(fn!.codeDirectory, 'index.js'), 'utf8')).toContain('async () => 1');
  });

  test('an SSM parameter of a list type', () => {
    const { app, stack } = newStack();
    new ssm.CfnParameter(stack, 'Made', { name: 'names', type: 'StringList', value: 'a,b' });
    const names = new CfnParameter(stack, 'Names', {
      type: 'AWS::SSM::Parameter::Value<List<String>>',
      default: 'names',
    });
    new s3.CfnBucket(stack, 'Bucket', { bucketName: Fn.select(1, names.valueAsList) });
    expect(deploy(app).buckets[0]!.name).toBe('b');
  });

  test('one template file, in its assembly and copied out of it', async () => {
    // Of the tests, which leaves assets where they are.
    delete process.env.CDK_CONTEXT_JSON;
    const { app, stack } = newStack();
    const code = temporaryFolder({ 'index.js': 'exports.handler = async () => "from the asset";' });
    const fn = handler(stack, 'Fn', '', { code: lambda.Code.fromAsset(code) });
    stateMachine(stack, invoke(stack, 'Call', fn));
    const assembly = app.synth().directory;
    const copy = temporaryFolder();
    writeFileSync(join(copy, 'copied.json'), readFileSync(join(assembly, 'Test.template.json')));
    const inside = LocalDeployment.fromTemplate(join(assembly, 'Test.template.json'));
    const { run } = await runnerOf(inside);

    expect((await run()).output).toBe('from the asset');
    expect(inside.functions[0]!.codeDirectory).toMatch(/asset\.[0-9a-f]{64}$/);
    const outside = LocalDeployment.fromTemplate(join(copy, 'copied.json'));
    expect(() => outside.functions[0]!.codeDirectory).toThrow(AssetNotFound);
    expect(() => outside.functions[0]!.codeDirectory).toThrow(/asset\.[0-9a-f]{64}.*Keep the template together/s);
  });

  test('a CommonJS bundle below a project of ES modules', async () => {
    const outdir = join(temporaryFolder({ 'package.json': '{"type":"module"}' }), 'cdk.out');
    const app = newApp(outdir);
    const stack = new Stack(app, 'Test');
    const code = temporaryFolder({ 'index.js': 'exports.handler = async () => typeof module;' });
    stateMachine(stack, invoke(stack, 'Call', handler(stack, 'Fn', '', { code: lambda.Code.fromAsset(code) })));
    expect(await runOnce(app)).toMatchObject({ status: 'SUCCEEDED', output: 'object' });
  });

  test('the definition as substitutions, as an object and as an asset', async () => {
    const { app, stack } = newStack();
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Result: '${Word}', End: true } } };
    const file = join(temporaryFolder({ 'm.json': JSON.stringify(definition) }), 'm.json');
    const definitionSubstitutions = { Word: 'substituted' };
    new sfn.StateMachine(stack, 'Text', {
      definitionBody: sfn.DefinitionBody.fromString(JSON.stringify(definition)),
      definitionSubstitutions,
    });
    new sfn.StateMachine(stack, 'File', { definitionBody: sfn.DefinitionBody.fromFile(file), definitionSubstitutions });
    new sfn.CfnStateMachine(stack, 'Object', {
      definition,
      definitionSubstitutions,
      roleArn: 'arn:aws:iam::123456789012:role/r',
    });
    const deployment = deploy(app);
    const { runner, clock } = await runnerOf(deployment);
    for (const machine of deployment.stateMachines) {
      const { output } = await clock.run(runner.start(machine, { input: {} }));
      expect([machine.logicalId, output]).toEqual([machine.logicalId, 'substituted']);
    }
  });
});

describe('finding the state machine', () => {
  function twoMachines(): LocalDeployment {
    const { app, stack } = newStack();
    const copy = new sfn.StateMachine(stack, 'Copy', { definitionBody: sfn.DefinitionBody.fromChainable(pass(stack)) });
    expect(copy).toBeDefined();
    new sfn.StateMachine(stack, 'Other', {
      stateMachineName: 'other',
      definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'P')),
    });
    return deploy(app);
  }

  test('by logical id, construct path, name and ARN', () => {
    const deployment = twoMachines();
    const [copy, other] = deployment.stateMachines;
    for (const name of [copy!.logicalId, 'Copy', 'Test/Copy', copy!.name, copy!.arn]) {
      expect(deployment.stateMachine(name)).toBe(copy);
    }
    expect(deployment.stateMachine('other')).toBe(other);
  });

  test('two of one name are told apart by their paths', () => {
    const { app } = newStack();
    const stacks = ['First', 'Second'].map((id) => new Stack(app, id));
    const staged = new Stack(new Stage(app, 'Prod'), 'First');
    for (const stack of [...stacks, staged]) {
      new sfn.StateMachine(stack, 'Copy', { definitionBody: sfn.DefinitionBody.fromChainable(pass(stack)) });
    }
    const deployment = deploy(app);
    expect(() => deployment.stateMachine('Copy')).toThrow(
      /There are 3 state machines called "Copy": Prod\/First\/Copy, First\/Copy, Second\/Copy\. Specify one of these/,
    );
    for (const path of ['First/Copy', 'Second/Copy', 'Prod/First/Copy']) {
      expect(deployment.stateMachine(path).path).toBe(path);
    }
  });

  test('none and several are named errors', () => {
    const { app, stack } = newStack();
    new s3.Bucket(stack, 'Bucket');
    const empty = deploy(app);
    expect(() => empty.stateMachine()).toThrow(StateMachineNotFound);
    expect(() => empty.stateMachine()).toThrow(/contains no AWS::StepFunctions::StateMachine/);
    expect(() => twoMachines().stateMachine()).toThrow(/There are 2 state machines: Test\/Copy, Test\/Other/);
    expect(() => twoMachines().stateMachine('Nope')).toThrow(/No state machine is called "Nope"/);
  });
});

describe('bad input', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a folder that is no assembly', () => LocalDeployment.fromAssembly(temporaryFolder()), /has no manifest\.json/],
    ['a template that is not there', () => LocalDeployment.fromTemplate('/nowhere/x.json'), /There is no template/],
    [
      'a YAML template',
      () => LocalDeployment.fromTemplate(join(temporaryFolder({ 't.json': 'Resources:\n' }), 't.json')),
      /YAML templates are not supported/,
    ],
    [
      'a stack that is not there',
      () => LocalDeployment.fromAssembly(assemblyWithBucket(), { stack: 'Nope' }),
      /There is no stack "Nope"\. The assembly contains: Test/,
    ],
  ])('%s', (_name, read, message) => {
    expect(read).toThrow(InvalidAssembly);
    expect(read).toThrow(message);
  });

  test('an asset folder that is gone', () => {
    const { app, stack } = newStack();
    const code = temporaryFolder({ 'index.js': '' });
    handler(stack, 'Fn', '', { code: lambda.Code.fromAsset(code) });
    const deployment = deploy(app);
    rmSync(deployment.functions[0]!.codeDirectory, { recursive: true });
    expect(() => deploy(app).functions[0]!.codeDirectory).toThrow(/The code of function Fn.*synthesize the app again/s);
  });

  test('code that cannot run here hurts only when it is called', async () => {
    const { app, stack } = newStack();
    const python = new lambda.Function(stack, 'Py', {
      runtime: lambda.Runtime.PYTHON_3_13,
      handler: 'index.handler',
      code: lambda.Code.fromInline('def handler(event, context): pass'),
    });
    const choice = new sfn.Choice(stack, 'Which')
      .when(sfn.Condition.isPresent('$.python'), invoke(stack, 'Call', python))
      .otherwise(pass(stack));
    stateMachine(stack, choice);
    expect(await runOnce(app, {})).toMatchObject({ status: 'SUCCEEDED' });
    await expect(runOnce(app, { python: 1 })).rejects.toThrow(UnsupportedFunction);
    await expect(runOnce(app, { python: 1 })).rejects.toThrow(/runtime is python3\.13/);
  });

  test('a value that only AWS knows, where a function needs it', async () => {
    const { app, stack } = newStack();
    const imported = Fn.importValue('elsewhere');
    new s3.CfnBucket(stack, 'Harmless', { tags: [{ key: 'k', value: imported }] });
    const needy = handler(stack, 'Needy', 'return 1;', { environment: { FROM: imported } });
    stateMachine(stack, invoke(stack, 'Call', needy));
    expect(deploy(app).buckets[0]!.tags).toEqual({ k: 'import-elsewhere' });
    await expect(runOnce(app)).rejects.toThrow(UnresolvedIntrinsic);
    await expect(runOnce(app)).rejects.toThrow(/Environment of Needy.*No stack of the app exports elsewhere/s);
  });
});
