import type { CopyResult } from '../../lib/private/protocol';
import { parseSetup } from '../../local/run';
import { RunClock } from '../../local/run/clock';
import { prepareRun } from '../../local/run/prepare-run';
import { serveSecrets } from '../../local/run/secrets';
import { type Fault, S3Server } from '../../local/s3';
import {
  type ExecutionResult,
  type LocalDeployment,
  LocalStepFunctions,
  type PlatformFault,
  type PlatformFaultRule,
} from '../../local/workflow';
import { AMPLE_CONCURRENCY, type Case } from './cases';
import { confidentialTexts, LogSearch } from './confidential';
import { isTransient, mayBeLate } from './faults';
import { type Ends, interfere } from './interference';
import type { EndedExecution, Observation } from './judge';
import { recordMadeObjects, trackOpenRequests, snapshot } from './observe';
import { propertiesDiffer } from './properties';

const TIME_SCALE = 1000;

/** The daily sweep ignores uploads that are younger than an hour. */
const SWEPT_AFTER_MS = 61 * 60_000;

/** Runs one case through its synthesized template, and reads the state of S3 afterwards. */
export async function runCase(
  given: Case,
  deployment: LocalDeployment,
  errorNames: ReadonlySet<string>,
): Promise<Observation> {
  const stateMachine = deployment.stateMachine();
  const { region, accountId } = stateMachine;
  const clock = new RunClock(TIME_SCALE);
  const setup = parseSetup(JSON.stringify(given.setup), 'the case');
  const { restoreSeconds, repeatCompleteSeconds, latePartsReopenUploads } = setup;
  const simulation = { restoreSeconds, repeatCompleteSeconds, latePartsReopenUploads };
  const server = await S3Server.start({ region, accountId, enforceIam: true, clock, ...simulation });
  try {
    const ends = endsOf(given);
    const input = { source: ends.source, destination: ends.destination, options: given.options };
    const prepared = await prepareRun(server, deployment, stateMachine, {
      sourceSetup: setup,
      input,
      enforceIam: true,
    });
    const source = snapshot(server, ends.source.bucket, ends.source.key)!;
    const before = snapshot(server, ends.destination.bucket, ends.destination.key);
    given.faults.forEach((rule) => server.faults.add(rule));
    const workflowClock = clock.start();
    const isLate = mayBeLate(given.faults, 'CopyObject', 'CompleteMultipartUpload');
    const made = recordMadeObjects(server, ends.destination.bucket, ends.destination.key, isLate);
    const allExecuted = trackOpenRequests(server);
    const interference = interfere(server, workflowClock, given.interferences, ends);

    const authorize: S3Server['checkAccess'] = (access) => server.checkAccess(access);
    const secrets = await serveSecrets(deployment, stateMachine, setup, authorize);
    const search = new LogSearch(confidentialTexts(given.seed, deployment));
    const stepFunctions = new LocalStepFunctions(deployment, {
      s3Endpoint: server.endpoint.replace('//127.0.0.1:', '//localhost:'),
      clock: workflowClock,
      seed: given.seed,
      lambdaConcurrency: given.lambdaConcurrency,
      faults: given.platformFaults,
      serviceEndpoints: { SECRETS_MANAGER: secrets.endpoint },
      onLog: search.look,
    });
    const executions: ExecutionResult[] = [];
    const openUploads = (): string[] =>
      server
        .openUploads()
        .map(({ uploadId }) => uploadId)
        .filter((uploadId) => !prepared.uploadsBefore.has(uploadId));
    try {
      const starts = Array.from({ length: given.isTwice ? 2 : 1 }, () =>
        stepFunctions.start(stateMachine, { input: prepared.input }),
      );
      executions.push(...(await Promise.all(starts)));
      await stepFunctions.idle();
      await allExecuted();
      // The daily sweep removes uploads that the execution cannot know (Lambda ran Begin twice, or S3 created an upload late or reopened it),
      // and those that the sweeper could not remove when the execution was stopped. An outage may outlast the first daily sweep, with all
      // retries by Lambda, so there may be a second one.
      for (let days = 0; days < 2 && openUploads().length > 0; days++) {
        if (mayLeaveUnknownUpload(given) || executions.some(isStopped)) await sweepDaily(deployment, stepFunctions);
      }
    } finally {
      await stepFunctions.close();
      await secrets.close();
    }
    const isSourceChanged = interference.done.some(({ what }) => what.includes('source'));
    const sourceNow = snapshot(server, ends.source.bucket, ends.source.key);
    return {
      executions: executions.map(toEndedExecution),
      sources: [source, ...interference.sources],
      others: [...(before ? [before] : []), ...interference.destinations],
      made,
      isLate,
      current: snapshot(server, ends.destination.bucket, ends.destination.key),
      stillThere: ({ description: { versionId, etag, lastModified } }) => {
        const there = snapshot(server, ends.destination.bucket, ends.destination.key, versionId);
        return there?.description.etag === etag && there.description.lastModified === lastModified ? there : undefined;
      },
      isSourceUntouched: isSourceChanged || JSON.stringify(sourceNow) === JSON.stringify(source),
      openUploads: openUploads(),
      mayLeaveUpload: mayLeaveUpload(given, executions),
      mayNameSameObject: mayNameSameObject(given),
      mayBeMadeByUnknownRun: mayDuplicate(given, 'CopyObject') || mayDuplicate(given, 'Complete'),
      isAbortRefused: given.faults.some((rule) => rule.operation === 'AbortMultipartUpload' && !isTransient(rule)),
      hasToCopy: hasToCopy(given, before !== undefined, interference.done.length > 0 || executions.some(isStopped)),
      propertiesDiffer: (from, copy) => propertiesDiffer(from, copy, given.options),
      errorNames,
      confidentialLines: search.found,
      lines: search.count,
    };
  } finally {
    await server.close();
  }
}

/** S3 operations that the sweeper calls. */
const SWEEPS: readonly string[] = ['AbortMultipartUpload', 'ListParts', 'ListMultipartUploads'];

/**
 * Whether an upload may be left that no cause names. A stopped execution has no cause. An execution that succeeded only logs that an upload
 * whose ID did not arrive is left.
 */
function mayLeaveUpload(given: Case, executions: readonly ExecutionResult[]): boolean {
  const { faults } = given;
  if (!faults.some((rule) => SWEEPS.includes(rule.operation) && !isTransient(rule))) return false;
  if (executions.some(isStopped) || mayLeaveUnknownUpload(given)) return true;
  const mayBeLost =
    faults.some(({ operation }) => operation === 'CreateMultipartUpload' || operation === '*') ||
    LOSE_ANSWERS.some((kind) => mayHappenIn(given, 'Begin', kind));
  return mayBeLost && executions.some(({ status }) => status === 'SUCCEEDED');
}

/** Whether there may be an upload that no execution knows: Lambda ran Begin twice, or S3 created an upload late or reopened it. */
function mayLeaveUnknownUpload(given: Case): boolean {
  return mayDuplicate(given, 'Begin') || mayBeLate(given.faults, 'CreateMultipartUpload', 'UploadPartCopy');
}

/**
 * Whether an execution may mistake the copy of the other execution for its own: if its request got no answer; with a write condition, also
 * if its request failed, or if Lambda throttled or lost an invocation; with SSE-S3, also if another client aborted its upload, and both
 * uploads were created in the same second.
 */
function mayNameSameObject(given: Case): boolean {
  const { isTwice, options, faults, platformFaults, lambdaConcurrency, interferences, template } = given;
  if (!isTwice) return false;
  const isEncrypted = template.destinationKms || options.sseCustomerKeySecretArn !== undefined;
  if (!isEncrypted && interferences.some(({ what }) => what === 'abort the upload')) return true;
  const ofCopy = faults.filter(({ operation }) => operation === 'CopyObject' || operation === '*');
  if (options.overwrite === 'never' || options.ifMatch !== undefined) {
    return (
      ofCopy.length > 0 ||
      lambdaConcurrency < AMPLE_CONCURRENCY ||
      platformFaults.some((rule) => isIn(rule, 'CopyObject'))
    );
  }
  return ofCopy.some(({ fault }) => isWithoutAnswer(fault));
}

function isWithoutAnswer(fault: Fault): boolean {
  if (fault.kind === 'error-in-200') return fault.trailingWhitespace === true;
  return ['late-effect', 'reset-before', 'reset-after', 'truncate', 'hang', 'empty-200'].includes(fault.kind);
}

function isStopped({ status }: ExecutionResult): boolean {
  return status === 'ABORTED';
}

/** Faults after which Step Functions does not know whether the function has run. */
const LOSE_ANSWERS = ['killed', 'timed-out', 'answer-lost'] as const;

function mayDuplicate(given: Case, name: string): boolean {
  return mayHappenIn(given, name, 'duplicated');
}

function mayHappenIn({ platformFaults }: Case, name: string, kind: PlatformFault['kind']): boolean {
  return platformFaults.some((rule) => rule.fault.kind === kind && isIn(rule, name));
}

function isIn({ state }: PlatformFaultRule, name: string): boolean {
  return state === '*' || state === name;
}

/** Waits until the uploads are old enough for the daily sweep, then triggers its schedule. */
async function sweepDaily(deployment: LocalDeployment, stepFunctions: LocalStepFunctions): Promise<void> {
  await new Promise<void>((resolve) => void stepFunctions.clock.schedule(SWEPT_AFTER_MS, resolve));
  const { name } = deployment.rules.find(({ scheduleExpression }) => scheduleExpression !== undefined)!;
  const path = `/_local/schedules/${encodeURIComponent(name)}`;
  const { ok } = await fetch(new URL(path, await stepFunctions.endpointUrl()), { method: 'POST' });
  if (!ok) throw new Error(`the schedule ${name} could not be triggered`);
  await stepFunctions.idle();
}

function endsOf({ key }: Case): Ends {
  return { source: { bucket: 'raw', key: `in/${key}` }, destination: { bucket: 'lake', key: `out/${key}` } };
}

/** Whether the copy has to succeed. Two executions to the same key, and conditions on the destination, may fail with an error that the user causes. */
function hasToCopy(given: Case, hadObject: boolean, isDisturbed: boolean): boolean {
  const { faults, options, isTwice } = given;
  if (isDisturbed || isTwice || !faults.every(isTransient)) return false;
  // For the execution, the copy that a late request makes looks like an object of another client.
  if (mayBeLate(faults, 'CopyObject')) return false;
  // If Lambda runs CopyObject twice, the copy of the first run looks to the second like an object of another client.
  if (options.overwrite === 'never' && (hadObject || mayDuplicate(given, 'CopyObject'))) return false;
  // A source may not allow these two options. The case does not know this.
  return options.integrity !== 'required' && options.preserveEtag !== true;
}

function toEndedExecution({ status, output, error = '', cause = '', events }: ExecutionResult): EndedExecution {
  return { status, result: output as CopyResult | undefined, error, cause, events };
}
