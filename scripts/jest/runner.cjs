// Runs a test file with the default runner of jest, and adds its CPU time to the result, for the reporters.
const { default: runTestFile } = require('jest-circus/runner');
const { cpuSeconds } = require('./cpu.cjs');

let since = cpuSeconds();

module.exports = async function run(...args) {
  const result = await runTestFile(...args);
  const now = cpuSeconds();
  // Measured from the end of the previous file, so that the start of the process and work between files are counted.
  result.cpuSeconds = now - since;
  since = now;
  return result;
};
