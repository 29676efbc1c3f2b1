import type { ImageFiles } from '../files/image-root.js';

const NAMES = {
  alpine: 'Alpine Linux',
  debian: 'Debian GNU/Linux',
  ubuntu: 'Ubuntu',
  fedora: 'Fedora Linux',
} as const;

/** The files by which programs tell which distribution an image is made from. */
export function distribution(id: keyof typeof NAMES): ImageFiles {
  const name = NAMES[id];
  return { '/etc/os-release': `NAME="${name}"\nID=${id}\nPRETTY_NAME="${name}"\n` };
}
