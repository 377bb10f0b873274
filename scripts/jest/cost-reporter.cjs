const { relative } = require('node:path');
const { cpuSeconds } = require('./cpu.cjs');

/** Prints which test files take the most CPU time, and how much all of them take. */
module.exports = class CostReporter {
  /** @param shown how many files it prints; all by default */
  constructor({ rootDir }, { shown } = {}) {
    this.rootDir = rootDir;
    this.shown = shown;
  }

  onRunComplete(_contexts, { testResults }) {
    const costs = testResults
      .map(({ cpuSeconds: seconds = 0, testFilePath }) => [seconds, relative(this.rootDir, testFilePath)])
      .sort(([a], [b]) => b - a)
      .slice(0, this.shown);
    const line = ([seconds, name]) => `${seconds.toFixed(1).padStart(7)} s  ${name}\n`;
    process.stdout.write(`\nCPU time\n${[...costs, [cpuSeconds(), 'all test files']].map(line).join('')}`);
  }
};
