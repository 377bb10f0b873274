// For files that run several copies. A copy takes six threads, and starting them takes longer than what they do.
import { keepSpareThreads } from '../local/workflow';

const endSpareThreads = keepSpareThreads(16);
afterAll(endSpareThreads);
