// A command is over before code that took long to optimize has paid for it; what runs on and on still gets there. What an
// engine older than Node 24's makes of the name of this setting is a complaint on standard error.
if (Number.parseInt(process.versions.v8, 10) >= 13)
  require('node:v8').setFlagsFromString('--invocation-count-for-turbofan=20000');
