import { SCENARIO_CONTEXT } from '../../local/run/scenario/scenario';
import { synthesize } from '../../local/workflow';

/**
 * The simplest app, or one with a prop that it leaves out.
 *
 * @returns the folder of the assembly
 */
export function assemble(childExecutions: string | undefined): Promise<string> {
  if (childExecutions === undefined) return synthesize('node bin/dist/app.js');
  const plain = { source: { keyArns: [] }, destination: { keyArns: [] }, features: {}, limits: {}, customerKeys: [] };
  return synthesize('node bin/dist/scenario-app.js', {
    context: { [SCENARIO_CONTEXT]: { ...plain, childExecutions } },
  });
}
