// A command is over soon. Code that took long to optimize would not have paid for it (what runs on and on still gets
// there), plain machine code pays at once, and new values get room early instead of being collected in small steps.
// What an engine older than Node 24's makes of the name of the first setting is a complaint on standard error.
const { setFlagsFromString } = require('node:v8');

if (Number.parseInt(process.versions.v8, 10) >= 13)
  setFlagsFromString('--invocation-count-for-turbofan=20000');
setFlagsFromString('--sparkplug');
setFlagsFromString('--semi-space-growth-factor=32');
