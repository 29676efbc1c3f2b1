import { Boxes, LayoutGrid, Server, Settings } from 'lucide-react';

/** The places of the product, in the order of the rail. */
export const PLACES = [
  { to: '/applications', label: 'Applications', icon: LayoutGrid, keys: 'g a' },
  { to: '/nodes', label: 'Nodes', icon: Server, keys: 'g n' },
  { to: '/cluster', label: 'Cluster', icon: Boxes, keys: 'g c' },
  { to: '/settings', label: 'Settings', icon: Settings, keys: 'g s' },
] as const;
