import { CfnOutput, Lazy, Stack, Token } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import type { LocationRegistry } from './location-registry';
import { stepFunctionsConsole } from './protocol/console';

/** An input that copies an object of the first source. Locations can be added later, so it is known during synthesis only. */
export function exampleInput(locations: LocationRegistry): string {
  return Lazy.uncachedString({
    produce: () => {
      const [source] = locations.sources.values();
      const [name = 'BUCKET'] = source?.names ?? [];
      const isAccessPoint = !Token.isUnresolved(name) && name.startsWith('arn:');
      const uri = isAccessPoint ? `${name}/object/` : `s3://${name}/`;
      const input = JSON.stringify({ source: `${uri}${source?.prefix ?? ''}KEY` });
      // CloudFormation could take it for a parameter of Fn::Sub.
      return input.replace(/\$\{(?!Token\[)/g, '\\u0024{');
    },
  });
}

/** Outputs that help to start the first copy. */
export function printOutputs(scope: Construct, stateMachine: sfn.StateMachine, locations: LocationRegistry): void {
  const arn = stateMachine.stateMachineArn;
  const { region } = Stack.of(scope);
  const partition = Token.isUnresolved(region) ? 'aws' : (RegionInfo.get(region).partition ?? 'aws');
  const print = (id: string, description: string, value: string) => new CfnOutput(scope, id, { description, value });
  print('StateMachineArn', 'Copies S3 objects', arn);
  const url = stepFunctionsConsole(partition, region, `/statemachines/view/${arn}`);
  print('ConsoleUrl', 'Start a copy here, and watch it', url);
  print('ExampleInput', 'Input of an execution that copies the object KEY', exampleInput(locations));
}
