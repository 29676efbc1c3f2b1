import { useEffect, useState } from 'react';

type Lazy<P> = React.ComponentType<P> & { preload: () => void };

/**
 * A component that is fetched when it is first shown, or before. Unlike React's own lazy components it appears in the
 * same frame when it was fetched before, which is what a key press expects.
 */
export function lazyComponent<P extends object>(load: () => Promise<React.ComponentType<P>>): Lazy<P> {
  let Loaded: React.ComponentType<P> | undefined;
  let loading: Promise<void> | undefined;
  const fetch = (): Promise<void> => {
    loading ??= load().then(
      (component) => {
        Loaded = component;
      },
      (error: unknown) => {
        // Asked for again next time: the network may be back, or the page reloaded after an update.
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };

  function LazyComponent(props: P) {
    const [failure, setFailure] = useState<{ error: unknown }>();
    const [, redraw] = useState(0);
    useEffect(() => {
      if (Loaded) return;
      void fetch().then(
        () => redraw((count) => count + 1),
        (error: unknown) => setFailure({ error }),
      );
    }, []);
    if (failure) throw failure.error;
    return Loaded ? <Loaded {...props} /> : null;
  }

  // A failed preparation is no failure yet; showing it will try again and say so.
  return Object.assign(LazyComponent, { preload: () => void fetch().catch(() => undefined) });
}
