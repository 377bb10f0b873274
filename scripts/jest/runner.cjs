// Runs a test file as jest does by default, and notes the CPU time that it took in the result, for the reporters.
const { default: runTestFile } = require('jest-circus/runner');
const { cpuSeconds } = require('./cpu.cjs');

let since = cpuSeconds();

module.exports = async function run(...args) {
  const result = await runTestFile(...args);
  const now = cpuSeconds();
  // Since the end of the file before, so that what a file leaves behind and the start of the process are counted.
  result.cpuSeconds = now - since;
  since = now;
  return result;
};
