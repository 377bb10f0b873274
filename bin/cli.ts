import { fail } from './fail';
import { createProgram } from './program';

createProgram().parseAsync().catch(fail);
