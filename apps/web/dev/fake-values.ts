// What fixtures are made of, for developing the dashboard without a server.
const now = Date.now();
let made = 0;

/** A time so long ago. */
export const ago = (seconds: number) => new Date(now - seconds * 1_000).toISOString();

/** A commit that looks like one, always the same for a number. */
export const sha = (seed: number) =>
  Array.from({ length: 40 }, (_, index) =>
    ((seed * 7919 + index * 104729 + ((seed * index) % 97)) % 16).toString(16),
  ).join('');

/** An identity nothing else has. */
export const uid = () => `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`;
