// CPU time measures the cost of tests better than elapsed time, because it does not depend on other load of the machine.
const { readFileSync } = require('node:fs');

/** The unit of CPU time on Linux: `sysconf(_SC_CLK_TCK)` is 100 on all platforms on which Node.js runs. */
const TICKS_PER_SECOND = 100;

/** @returns user and system time of this process in seconds; if there is a /proc, including ended child processes */
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
  // proc_pid_stat(5): the name of the program is in parentheses and may contain spaces. cutime and cstime are fields 16 and 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}
