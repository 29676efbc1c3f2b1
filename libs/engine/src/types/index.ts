export type * from './generated/kubernetes.js';
