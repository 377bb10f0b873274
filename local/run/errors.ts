/** An option that the run cannot use. The message names the option and its value, and says what to do. */
export class InvalidRun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidRun';
  }
}
