import { Lazy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { instanceName } from './instance-name';

/**
 * Queries of CloudWatch Logs Insights over the logs of all functions, by their names. They use the fields of protocol/log-lines.ts.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export const QUERIES = {
  'Slowest parts': {
    fields: [
      '@timestamp',
      'execution',
      'partNumber',
      'milliseconds',
      'bytes',
      'retryCount',
      'bucket',
      'key',
      's3RequestId',
    ],
    filterStatements: ['api = "UploadPartCopy" and not ispresent(errorName)'],
    sort: 'milliseconds desc',
    limit: 100,
  },
  'Retried parts': {
    filterStatements: ['api = "UploadPartCopy"', 'ispresent(errorName) or attempt > 1 or retryCount > 0'],
    statsStatements: [
      'count(*) as attempts, max(retryCount) as retriesOfState, sum(milliseconds) as totalMilliseconds by execution, partNumber',
    ],
    sort: 'attempts desc',
    limit: 100,
  },
  'Failures by error': {
    filterStatements: ['ispresent(errorName)'],
    statsStatements: [
      'count(*) as failures, count_distinct(execution) as executions by step, api, errorName, errorCode',
    ],
    sort: 'failures desc',
    limit: 100,
  },
} as const satisfies Readonly<Record<string, logs.QueryStringProps>>;

export type QueryName = keyof typeof QUERIES;

/** The text of a query. */
export function queryString(name: QueryName): logs.QueryString {
  return new logs.QueryString(QUERIES[name]);
}

/** The log groups of the functions that a workflow has so far. */
export function functionLogGroups(scope: Construct): logs.ILogGroup[] {
  return scope.node.children
    .filter((child): child is lambda.Function => child instanceof lambda.Function)
    .map(({ logGroup }) => logGroup);
}

/** Saves the queries in a folder of the workflow. */
export function saveQueries(scope: Construct): void {
  for (const name of Object.keys(QUERIES) as QueryName[]) {
    const query = new logs.QueryDefinition(scope, name.replaceAll(' ', ''), {
      queryDefinitionName: `${instanceName(scope)}/${name}`,
      queryString: queryString(name),
    });
    // Functions may be added until synthesis.
    (query.node.defaultChild as logs.CfnQueryDefinition).logGroupNames = Lazy.list({
      produce: () => functionLogGroups(scope).map(({ logGroupName }) => logGroupName),
    });
  }
}
