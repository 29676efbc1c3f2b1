/** Runs at once, then at most once per interval while calls keep coming; the last call is never lost. */
export function throttle(run: () => void, intervalMs: number): { call: () => void; cancel: () => void } {
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fire = () => {
    timer = undefined;
    last = performance.now();
    run();
  };
  return {
    call: () => {
      if (timer) return;
      const wait = intervalMs - (performance.now() - last);
      if (wait <= 0) fire();
      else timer = setTimeout(fire, wait);
    },
    cancel: () => clearTimeout(timer),
  };
}
