/**
 * Everything that this folder itself refuses. (Errors of an execution are data: `ExecutionResult.error`.) The name is
 * fixed for each class, so that a minified bundle prints the same name.
 */
export abstract class LocalWorkflowError extends Error {
  abstract override readonly name: string;
}

/** The command of the app failed, or did not write a cloud assembly. */
export class SynthesisFailed extends LocalWorkflowError {
  override readonly name = 'SynthesisFailed';
}

/** A cloud assembly, template or asset manifest that cannot be read. */
export class InvalidAssembly extends LocalWorkflowError {
  override readonly name = 'InvalidAssembly';
}

/** A template refers to code or a definition that does not exist next to it. */
export class AssetNotFound extends LocalWorkflowError {
  override readonly name = 'AssetNotFound';
}

/** A value that a state machine or function needs, and that only AWS could know. */
export class UnresolvedIntrinsic extends LocalWorkflowError {
  override readonly name = 'UnresolvedIntrinsic';
}

/** A parameter of a template without a value, or a value that cannot be used. */
export class InvalidParameter extends LocalWorkflowError {
  override readonly name = 'InvalidParameter';
}

/** No state machine, or more than one, matches the request. */
export class StateMachineNotFound extends LocalWorkflowError {
  override readonly name = 'StateMachineNotFound';
}

/** A definition that Step Functions would refuse to deploy. */
export class InvalidDefinition extends LocalWorkflowError {
  override readonly name = 'InvalidDefinition';
}

/** A valid definition that uses features which the local interpreter does not support. */
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

/** Invalid options of `LocalStepFunctions`. */
export class InvalidOptions extends LocalWorkflowError {
  override readonly name = 'InvalidOptions';
}

/** Invalid rules for faults of the platform, or rules that name something that does not exist. */
export class InvalidFaults extends LocalWorkflowError {
  override readonly name = 'InvalidFaults';
}

/** No schedule matches the request. */
export class ScheduleNotFound extends LocalWorkflowError {
  override readonly name = 'ScheduleNotFound';
}
