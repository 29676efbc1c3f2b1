/** The largest public charts take a few seconds of a slow machine; what takes this long does not end. */
export const DEFAULT_RENDER_SECONDS = 120;

/** What a render asks whether it shall end; it is asked between templates' steps, and begins to run when it is made. */
export function renderClock(
  seconds: number,
  now: () => number = () => performance.now(),
): (() => boolean) | undefined {
  if (seconds === 0) return undefined;
  const end = now() + seconds * 1000;
  return () => now() > end;
}
