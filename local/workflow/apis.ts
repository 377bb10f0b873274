import { cloudFormation } from './api/cloudformation';
import { events } from './api/events';
import { local } from './api/local';
import { states } from './api/operations';
import { type Service } from './api/services';
import { sqs } from './api/sqs';
import { sts } from './api/sts';
import { type Clock } from './clock';
import { type Executions } from './engine/executions';
import { type Records } from './engine/records';
import { type Eventing } from './eventing';
import { type LocalDeployment } from './template/deployment';

export interface ApiOptions {
  readonly deployment: LocalDeployment;
  readonly clock: Clock;
  readonly records: Records;
  readonly executions: Executions;
  readonly eventing: Eventing;
  readonly hideExpressChildren: boolean;
  readonly lagOf: (arn: string) => number;
}

/** The APIs of one deployment. */
export function apisOf({ deployment, executions, eventing, clock, ...options }: ApiOptions): readonly Service[] {
  const { stateMachines, stacks, rules, queues: deployed } = deployment;
  const { bridge, queues, sink } = eventing;
  const [home = { accountId: '123456789012', region: 'us-east-1' }] = stateMachines;
  const deployedAt = clock.now();
  return [
    states({ ...options, clock, stateMachines, deployedAt, executions: () => executions }),
    cloudFormation({ stacks, deployedAt }),
    events({ rules, sink, home }),
    sqs({ deployed, queues }),
    sts({ stateMachines }),
    local(bridge),
  ];
}
