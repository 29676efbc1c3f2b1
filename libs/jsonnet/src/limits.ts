/** What one program may take. Time and memory are the caller's to hold; these end the rest. */
export interface JsonnetLimits {
  /** Calls and values waiting for each other. The command line stops at 500, but counts a little differently. */
  readonly maxStack: number;
  /** Calls and lazy values altogether: about half a minute of work. */
  readonly maxSteps: number;
  /** Characters of one text. */
  readonly maxTextLength: number;
  /** Elements of one array that a library function makes. */
  readonly maxArrayLength: number;
  /** Values of the result; references are cheap inside a program and all written out at its end. */
  readonly maxOutputValues: number;
  /** Bytes of one imported file. */
  readonly maxFileBytes: number;
  /** Imported files. */
  readonly maxFiles: number;
}

/** Far above the largest public libraries, far below what would hurt the process. */
export const DEFAULT_JSONNET_LIMITS: JsonnetLimits = {
  maxStack: 1000,
  maxSteps: 100_000_000,
  maxTextLength: 64 * 1024 * 1024,
  maxArrayLength: 4_000_000,
  maxOutputValues: 4_000_000,
  maxFileBytes: 16 * 1024 * 1024,
  maxFiles: 5000,
};
