import { SCENARIO_CONTEXT } from '../../local/run/scenario/scenario';
import { synthesize } from '../../local/workflow';

/**
 * Synthesizes the app of cdk.json, or if `childExecutions` is specified, an app with the same workflow and this property.
 *
 * @returns the folder of the assembly
 */
export function synthesizeApp(childExecutions: string | undefined): Promise<string> {
  if (childExecutions === undefined) return synthesize('node bin/dist/app.js');
  const plain = { source: { keyArns: [] }, destination: { keyArns: [] }, features: {}, limits: {}, customerKeys: [] };
  return synthesize('node bin/dist/scenario-app.js', {
    context: { [SCENARIO_CONTEXT]: { ...plain, childExecutions } },
  });
}
