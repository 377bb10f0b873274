/** Options that no run can be made of. The message says which one, its value, and what to do. */
export class InvalidRun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidRun';
  }
}
