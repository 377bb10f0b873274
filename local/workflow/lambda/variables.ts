import { stableHex } from '../json';
import { type DeployedFunction } from '../template/functions';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface VariableOptions {
  /** Endpoint of S3. */
  readonly s3Endpoint: string;
  /** Endpoint of Step Functions and the other services of this folder. */
  readonly stepFunctionsEndpoint: string;
  /** Endpoints of further services, by the name in AWS_ENDPOINT_URL_<name>: `KMS`, `STS`, `CLOUDWATCH`. */
  readonly serviceEndpoints?: Record<string, string>;
  /** Credentials of the session of a function's role. */
  readonly credentials: (roleArn: string, sessionName: string) => Credentials;
}

/** Services of this folder, by the name in AWS_ENDPOINT_URL_<name>. */
const OWN_SERVICES = ['SFN', 'EVENTBRIDGE', 'SQS', 'STS', 'CLOUDFORMATION'];

export const LOG_STREAM = '2026/01/01/[$LATEST]local';

/**
 * The environment variables of a function: those of the template, those that Lambda sets ("Defined runtime environment
 * variables", Lambda Developer Guide), and endpoints. AWS_ENDPOINT_URL is set for all services without an endpoint of
 * their own, so that nothing calls AWS.
 */
export function variablesOf(target: DeployedFunction, options: VariableOptions): Record<string, string> {
  const credentials = options.credentials(target.roleArn, target.name);
  const own = Object.fromEntries(OWN_SERVICES.map((service) => [service, options.stepFunctionsEndpoint]));
  const endpoints = { S3: options.s3Endpoint, ...own, ...options.serviceEndpoints };
  return {
    ...target.environment,
    _HANDLER: target.handler,
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${target.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: target.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memorySize),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: target.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    LAMBDA_TASK_ROOT: target.codeDirectory,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LANG: 'en_US.UTF-8',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TZ: ':UTC',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: `${options.stepFunctionsEndpoint}/unavailable`,
    ...Object.fromEntries(Object.entries(endpoints).map(([service, url]) => [`AWS_ENDPOINT_URL_${service}`, url])),
  };
}

/**
 * Temporary credentials as Lambda passes them to a function: of a session of its role with the name of the function.
 * They are derived from both, so that a server can distinguish roles and functions.
 */
export function credentialsOfSession(roleArn: string, sessionName: string): Credentials {
  return credentialsOfRole(`${roleArn}/${sessionName}`);
}

/** The same for a role, independently of the function. */
export function credentialsOfRole(roleArn: string): Credentials {
  return {
    accessKeyId: `ASIA${stableHex(roleArn, 16).toUpperCase()}`,
    secretAccessKey: stableHex(`secret of ${roleArn}`, 40),
    sessionToken: stableHex(`session of ${roleArn}`, 64),
  };
}
