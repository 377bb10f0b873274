import { type QueryOperation, queryService } from './query-service';
import { type Service } from './services';

export interface StsBackend {
  readonly stateMachines: readonly { readonly accountId: string; readonly partition: string }[];
}

/** GetCallerIdentity, which many tools call first. The caller is always the root user of the account. */
export function sts(backend: StsBackend): Service {
  const operations = new Map<string, QueryOperation<StsBackend>>([['GetCallerIdentity', getCallerIdentity]]);
  return queryService('https://sts.amazonaws.com/doc/2011-06-15/', '2011-06-15', operations, backend);
}

const getCallerIdentity: QueryOperation<StsBackend> = (_, { stateMachines: [machine] }) => {
  const { accountId = '123456789012', partition = 'aws' } = machine ?? {};
  return { Arn: `arn:${partition}:iam::${accountId}:root`, UserId: accountId, Account: accountId };
};
