import { asText } from '../json';
import { type DeployedResource, type DeployedStack } from '../template/deployed-stack';
import { ApiError } from './api-error';
import { type QueryOperation, queryService, type Xml } from './query-service';
import { type ApiRequest, type Service } from './services';

export interface CloudFormationBackend {
  readonly stacks: readonly DeployedStack[];
  /** Milliseconds since 1970. */
  readonly deployedAt: number;
}

type Operation = QueryOperation<CloudFormationBackend>;

/**
 * The operations of CloudFormation that list the resources of a stack, with the members and errors of the API
 * reference.
 */
export function cloudFormation(backend: CloudFormationBackend): Service {
  const operations = new Map<string, Operation>(
    Object.entries({ DescribeStacks, ListStacks, DescribeStackResource, DescribeStackResources, ListStackResources }),
  );
  return queryService('http://cloudformation.amazonaws.com/doc/2010-05-15/', '2010-05-15', operations, backend);
}

const DescribeStacks: Operation = (parameters, backend, request) => {
  const name = parameters.get('StackName');
  const stacks = name === undefined ? stacksOf(request, backend) : [stackOf(parameters, request, backend)];
  return { Stacks: stacks.map((stack) => describe(stack, backend)) };
};

const ListStacks: Operation = (_, backend, request) => ({
  StackSummaries: stacksOf(request, backend).map((stack) => summary(stack, backend)),
});

const DescribeStackResources: Operation = (parameters, backend, request) => ({
  StackResources: resourcesOf(parameters, backend, request).map((resource) => resource.inStack),
});

const DescribeStackResource: Operation = (parameters, backend, request) => {
  const stack = stackOf(parameters, request, backend);
  const wanted = parameters.get('LogicalResourceId') ?? '';
  const [found] = resourcesOf(parameters, backend, request);
  if (found !== undefined) return { StackResourceDetail: found.inStack };
  throw new ApiError('ValidationError', `Resource ${wanted} does not exist for stack ${stack.name}`);
};

const ListStackResources: Operation = (parameters, backend, request) => ({
  StackResourceSummaries: resourcesOf(parameters, backend, request).map((resource) => resource.summary),
});

function describe(stack: DeployedStack, backend: CloudFormationBackend): Xml {
  return {
    ...summary(stack, backend),
    Description: stack.description,
    DisableRollback: 'false',
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: asText(value),
      Description: description,
      ExportName: exportName,
    })),
  };
}

function summary({ name, id }: DeployedStack, backend: CloudFormationBackend): { [element: string]: Xml | undefined } {
  return { StackName: name, StackId: id, CreationTime: dateOf(backend), StackStatus: 'CREATE_COMPLETE' };
}

/** The resource that the request names, or all of the stack. */
function resourcesOf(
  parameters: ReadonlyMap<string, string>,
  backend: CloudFormationBackend,
  request: ApiRequest,
): { readonly summary: Xml; readonly inStack: Xml }[] {
  const stack = stackOf(parameters, request, backend);
  const wanted = parameters.get('LogicalResourceId');
  const isWanted = ({ logicalId }: DeployedResource): boolean => wanted === undefined || logicalId === wanted;
  return stack.resources.filter(isWanted).map(({ logicalId, physicalId, type }) => {
    const resource = {
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      ResourceStatus: 'CREATE_COMPLETE',
    };
    const ofStack = { StackName: stack.name, StackId: stack.id };
    const date = dateOf(backend);
    return {
      summary: { ...resource, LastUpdatedTimestamp: date },
      inStack: { ...ofStack, ...resource, Timestamp: date, LastUpdatedTimestamp: date },
    };
  });
}

/** A stack by its name or ARN, in the Region of the request. @throws ApiError */
function stackOf(
  parameters: ReadonlyMap<string, string>,
  request: ApiRequest,
  backend: CloudFormationBackend,
): DeployedStack {
  const wanted = parameters.get('StackName') ?? '';
  const found = stacksOf(request, backend).find(({ name, id }) => name === wanted || id === wanted);
  if (found !== undefined) return found;
  throw new ApiError('ValidationError', `Stack with id ${wanted} does not exist`);
}

function stacksOf({ region }: ApiRequest, { stacks }: CloudFormationBackend): readonly DeployedStack[] {
  return region === undefined ? stacks : stacks.filter((stack) => stack.region === region);
}

function dateOf({ deployedAt }: CloudFormationBackend): string {
  return new Date(deployedAt).toISOString();
}
