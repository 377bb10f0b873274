import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { PlannedCopy } from '../../lib/private/protocol';
import type { CopyOptions } from '../../lib/private/protocol/options';
import type { CarriedProperties } from '../shared/properties';
import type { ResumedCopy } from './parts/resume';
import type { CopyStrategy } from './parts/strategy';
import type { RestoreDecision } from './source/archive';

/** Everything that Plan knows when it decides what the execution does next. */
export interface PlanFindings {
  readonly copy: PlannedCopy;
  readonly options: CopyOptions;
  /** HeadObject of the source. */
  readonly head: HeadObjectCommandOutput;
  /** HeadObject of the destination. Absent if nothing is there, or if no option depends on it. */
  readonly existing?: HeadObjectCommandOutput;
  readonly strategy: CopyStrategy;
  /** Present if the source has to be restored first. */
  readonly restore?: RestoreDecision;
  /** Present if the copy resumes an upload that another execution kept. */
  readonly resumed?: ResumedCopy;
  readonly carried: CarriedProperties;
  /** Whether Plan sent a HeadObject to find out whether it may name the version of the source. */
  readonly checksVersionAccess: boolean;
  /** Region of the workflow. */
  readonly region: string;
}
