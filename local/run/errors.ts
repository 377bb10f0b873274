/** An option that the run cannot use. The message names the option and its value, and says what to do. */
export class InvalidRun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidRun';
  }
}

/**
 * A valid option that cannot be used at the moment: its port or folder is in use, its server does not answer, or the
 * disk is full. The message names the option and its value, and says what to do.
 */
export class ResourceUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ResourceUnavailable';
  }
}
