/**
 * Writes a line to the log of the function. Lambda leaves JSON that a function writes to stdout as it is, while its console would put
 * it into a message, where CloudWatch looks for no metrics.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
