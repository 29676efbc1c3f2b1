/** Leaves the shell, or the process it is. */
export class ExitScript extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit');
    this.name = 'ExitScript';
    this.code = code;
  }
}

/** Leaves so many loops, or begins their next round. */
export class LeaveLoop extends Error {
  readonly again: boolean;
  readonly levels: number;
  constructor(again: boolean, levels: number) {
    super('leave');
    this.name = 'LeaveLoop';
    this.again = again;
    this.levels = levels;
  }
}

/** Leaves a function or a script that was read in. */
export class ReturnFrom extends Error {
  readonly code: number;
  constructor(code: number) {
    super('return');
    this.name = 'ReturnFrom';
    this.code = code;
  }
}
