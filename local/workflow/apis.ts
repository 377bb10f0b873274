import { type Authorize } from './access';
import { cloudFormation } from './api/cloudformation';
import { events } from './api/events';
import { local } from './api/local';
import { type Backend, states } from './api/operations';
import { type Service } from './api/services';
import { sqs } from './api/sqs';
import { sts } from './api/sts';
import { type Eventing } from './eventing';
import { type LocalDeployment } from './template/deployment';

export interface ApiOptions {
  readonly deployment: LocalDeployment;
  readonly stepFunctions: Backend;
  readonly eventing: Eventing;
  readonly authorize: Authorize | undefined;
}

/** The APIs of one deployment. */
export function apisOf({ deployment, stepFunctions, eventing, authorize }: ApiOptions): readonly Service[] {
  const { stateMachines, stacks, rules, queues: deployed } = deployment;
  const { bridge, queues, sink } = eventing;
  const [home = { accountId: '123456789012', region: 'us-east-1' }] = stateMachines;
  return [
    states(stepFunctions, authorize),
    cloudFormation({ stacks, deployedAt: stepFunctions.deployedAt }),
    events({ rules, sink, home }, authorize),
    sqs({ deployed, queues }),
    sts({ stateMachines }),
    local(bridge),
  ];
}
