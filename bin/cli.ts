import { fail } from './fail';
import { exitWhenUnread } from './interrupt';
import { createProgram } from './program';

exitWhenUnread();
createProgram().parseAsync().catch(fail);
