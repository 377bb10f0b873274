// CPU time, which says more about the cost of tests than the clock: it does not depend on what else the machine does.
const { readFileSync } = require('node:fs');

/** Of what Linux counts CPU time in: `sysconf(_SC_CLK_TCK)` is 100 on all platforms that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** @returns user and system time of this process in seconds, with that of its ended child processes where /proc tells it */
exports.cpuSeconds = function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + childSeconds();
};

function childSeconds() {
  let stat;
  try {
    stat = readFileSync('/proc/self/stat', 'latin1');
  } catch {
    return 0;
  }
  // proc_pid_stat(5): the name of the program, in brackets, may have spaces; cutime and cstime are fields 16 and 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}
