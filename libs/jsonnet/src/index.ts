export * from './evaluate-jsonnet.js';
export { DEFAULT_JSONNET_LIMITS, type JsonnetLimits } from './limits.js';
