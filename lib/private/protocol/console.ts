/** Hosts of the console by partition. */
const HOSTS = new Map([
  ['aws-cn', 'console.amazonaws.cn'],
  ['aws-eusc', 'console.amazonaws-eusc.eu'],
  ['aws-us-gov', 'console.amazonaws-us-gov.com'],
]);

/** URL of a page of Step Functions in the console. @param page such as `/statemachines/view/ARN` */
export function stepFunctionsConsole(partition: string, region: string, page: string): string {
  const host = HOSTS.get(partition) ?? 'console.aws.amazon.com';
  return `https://${region}.${host}/states/home?region=${region}#${page}`;
}
