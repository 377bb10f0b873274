/**
 * Everything that this folder refuses by itself (as opposed to errors of an execution, which are data: `ExecutionResult.error`).
 * The name is fixed per class, so that a minified bundle prints the same words.
 */
export abstract class LocalWorkflowError extends Error {
  abstract override readonly name: string;
}

/** The app command failed, or left no cloud assembly behind. */
export class SynthesisFailed extends LocalWorkflowError {
  override readonly name = 'SynthesisFailed';
}

/** A cloud assembly, template or asset manifest that cannot be read. */
export class InvalidAssembly extends LocalWorkflowError {
  override readonly name = 'InvalidAssembly';
}

/** A template names code or a definition that is not beside it. */
export class AssetNotFound extends LocalWorkflowError {
  override readonly name = 'AssetNotFound';
}

/** A value that a state machine or function needs, and that only AWS could know. */
export class UnresolvedIntrinsic extends LocalWorkflowError {
  override readonly name = 'UnresolvedIntrinsic';
}

/** No state machine, or no single one, answers to what was asked for. */
export class StateMachineNotFound extends LocalWorkflowError {
  override readonly name = 'StateMachineNotFound';
}

/** A definition that Step Functions would refuse to deploy. */
export class InvalidDefinition extends LocalWorkflowError {
  override readonly name = 'InvalidDefinition';
}

/** A valid definition that uses what the local interpreter cannot run. */
export class UnsupportedDefinition extends LocalWorkflowError {
  override readonly name = 'UnsupportedDefinition';
}

/** A Lambda function whose code cannot run in a Node.js thread: another runtime, a container image, code in S3. */
export class UnsupportedFunction extends LocalWorkflowError {
  override readonly name = 'UnsupportedFunction';
}

/** An execution name or input that StartExecution would refuse. */
export class InvalidExecution extends LocalWorkflowError {
  override readonly name = 'InvalidExecution';
}

/** An execution name that is taken by another input, or by an execution that has ended. */
export class ExecutionAlreadyExists extends LocalWorkflowError {
  override readonly name = 'ExecutionAlreadyExists';
}

/** An execution that RedriveExecution would refuse. */
export class ExecutionNotRedrivable extends LocalWorkflowError {
  override readonly name = 'ExecutionNotRedrivable';
}

/** An execution that was never started here. */
export class ExecutionDoesNotExist extends LocalWorkflowError {
  override readonly name = 'ExecutionDoesNotExist';
}

/** Options of `LocalStepFunctions` that make no sense. */
export class InvalidOptions extends LocalWorkflowError {
  override readonly name = 'InvalidOptions';
}

/** Rules for faults of the platform that cannot be understood, or that name what is not there. */
export class InvalidFaults extends LocalWorkflowError {
  override readonly name = 'InvalidFaults';
}

/** No schedule answers to what was asked for. */
export class ScheduleNotFound extends LocalWorkflowError {
  override readonly name = 'ScheduleNotFound';
}
