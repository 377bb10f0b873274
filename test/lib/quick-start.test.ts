import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopySource } from '../../lib';
import { definitionOf, flatten } from '../asl';
import { type Locations, copy, newStack } from './support';

function outputsOf(locations: Locations = {}, region?: string) {
  const { workflow, template } = copy(locations, newStack({}, { env: { region } }));
  workflow.printOutputs();
  const outputs = Object.entries(template().findOutputs('*')).map(([id, { Value }]) => [
    id.replace(/[0-9A-F]{8}$/, ''),
    flatten(Value),
  ]);
  return Object.fromEntries(outputs) as Record<string, string>;
}

test('printOutputs prints the state machine, its console and an input', () => {
  const { CopyStateMachineArn: arn, CopyConsoleUrl: url, CopyExampleInput: input, ...others } = outputsOf();
  expect(others).toEqual({});
  expect(arn).toMatch(/^<CopyStateMachine/);
  expect(url).toBe(
    `https://<AWS::Region>.console.aws.amazon.com/states/home?region=<AWS::Region>#/statemachines/view/${arn}`,
  );
  expect(JSON.parse(input!)).toEqual({ source: 's3://<Source>/KEY' });
});

test.each([
  ['eu-west-1', 'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#'],
  ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#'],
  ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/states/home?region=us-gov-west-1#'],
])('the console of %s', (region, url) => {
  expect(outputsOf({}, region).CopyConsoleUrl).toContain(url);
});

test('the example has the prefix of the first source, also if it is added later', () => {
  const { workflow, stack, template } = copy({ sources: [] });
  workflow.printOutputs();
  workflow.addSource(CopySource.bucketName('raw', { prefix: 'in "coming" ${x}/' }));
  workflow.addSource(CopySource.bucket(new s3.Bucket(stack, 'Second')));
  const made = template();
  const [{ Value: input }] = Object.entries(made.findOutputs('*')).flatMap(([id, output]) =>
    id.includes('ExampleInput') ? [output] : [],
  ) as [{ Value: string }];
  expect(JSON.parse(input)).toEqual({ source: 's3://raw/in "coming" ${x}/KEY' });
  // CloudFormation could take it for a parameter.
  expect(input).not.toContain('${');
  // The example of the comment can be copied out of the console.
  expect((definitionOf(made) as { Comment?: string }).Comment).toContain(` Example of an input: ${input}. `);
});

test('the example of an access point is one that Plan takes', () => {
  const stack = newStack();
  const arn = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/readers';
  const bucket = s3.Bucket.fromBucketName(stack, 'Shared', 'shared');
  const { workflow, template } = copy({ sources: [CopySource.accessPoint(arn, { bucket })] }, stack);
  workflow.printOutputs();
  expect(JSON.stringify(template().findOutputs('*'))).toContain(`${arn}/object/KEY`);
});
