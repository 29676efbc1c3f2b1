import type { CustomCommand, defineCommand } from 'just-bash';
import type { Terminal } from './terminal.js';

/** What `stty -g` prints of a terminal nobody has changed. */
const SAVED = '500:5:bf:8a3b:3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0';

/** Commands that ask for the terminal they run on, or are told that they run on none. */
export function terminalCommands(
  define: typeof defineCommand,
  terminal: Terminal | undefined,
): CustomCommand[] {
  const say = (stdout: string, stderr = '', exitCode = 0) => Promise.resolve({ stdout, stderr, exitCode });
  return [
    define('tty', (args) => {
      if (args.some((arg) => /^(?:-s|--silent|--quiet)$/.test(arg))) return say('', '', terminal ? 0 : 1);
      return terminal ? say('/dev/pts/0\n') : say('not a tty\n', '', 1);
    }),
    define('stty', (args) => {
      if (!terminal) return say('', 'stty: standard input: Inappropriate ioctl for device\n', 1);
      const [first] = args;
      if (first === 'size') return say(`${terminal.rows} ${terminal.columns}\n`);
      if (first === '-g' || first === '--save') return say(`${SAVED}\n`);
      if (first === undefined) return say('speed 38400 baud; line = 0;\n');
      if (first === '-a' || first === '--all')
        return say(`speed 38400 baud; rows ${terminal.rows}; columns ${terminal.columns}; line = 0;\n`);
      for (const [index, arg] of args.entries()) {
        const value = args[index + 1] ?? '';
        if (!/^(?:rows|cols|columns)$/.test(arg)) continue;
        if (!/^\d{1,4}$/.test(value)) return say('', `stty: invalid integer argument: '${value}'\n`, 1);
        if (arg === 'rows') terminal.rows = Number(value);
        else terminal.columns = Number(value);
      }
      // How keys are echoed and sent is for the client's own terminal.
      return say('');
    }),
  ];
}
