export * from './json.js';
export * from './coded-error.js';
export * from './kube-object.js';
export * from './file-tree.js';
export * from './memory-file-tree.js';
export * from './recording-file-tree.js';
