import { MEBIBYTE, type ImageBehaviour } from '../image-behaviour.js';

const server = (
  behaviour: Partial<ImageBehaviour> & Pick<ImageBehaviour, 'ports' | 'programs'>,
): ImageBehaviour => ({
  sizeBytes: 100 * MEBIBYTE,
  startMs: 500,
  stopMs: 200,
  milliCpu: 5,
  memoryBytes: 32 * MEBIBYTE,
  ...behaviour,
});

export const redis = server({
  sizeBytes: 50 * MEBIBYTE,
  ports: [6379],
  startMs: 200,
  memoryBytes: 9 * MEBIBYTE,
  programs: ['redis-server', 'docker-entrypoint.sh'],
  startLines: () => ['* Server initialized', '* Ready to accept connections tcp'],
});

export const postgres = server({
  sizeBytes: 150 * MEBIBYTE,
  ports: [5432],
  startMs: 1500,
  memoryBytes: 40 * MEBIBYTE,
  programs: ['postgres', 'docker-entrypoint.sh'],
  startLines: () => ['LOG:  database system is ready to accept connections'],
});

export const mysql = server({
  sizeBytes: 170 * MEBIBYTE,
  ports: [3306],
  startMs: 3000,
  memoryBytes: 350 * MEBIBYTE,
  programs: ['mysqld', 'mariadbd', 'docker-entrypoint.sh'],
  startLines: () => ['mysqld: ready for connections. port: 3306'],
});

export const mongo = server({
  sizeBytes: 250 * MEBIBYTE,
  ports: [27017],
  startMs: 1000,
  memoryBytes: 90 * MEBIBYTE,
  programs: ['mongod', 'docker-entrypoint.sh'],
});

/** The image that does nothing, for ever. */
export const pause = server({
  sizeBytes: 320 * 1024,
  ports: [],
  startMs: 10,
  stopMs: 10,
  milliCpu: 0,
  memoryBytes: MEBIBYTE / 2,
  programs: ['pause'],
});

/** Images that are a shell and its tools: without a command they end at once, and `sleep` as first process ignores signals. */
export const shellImage = server({
  sizeBytes: 4 * MEBIBYTE,
  ports: [],
  startMs: 10,
  milliCpu: 0,
  memoryBytes: MEBIBYTE,
  command: ['sh'],
  programs: [],
});

/** Prints its greeting and ends. */
export const helloWorld = server({
  sizeBytes: 10_000,
  ports: [],
  startMs: 10,
  command: ['echo', 'Hello from Docker!'],
  programs: [],
});

/** Kubernetes' image that tells whether a program may become root: the kernel says whether the container forbids it. */
export const noNewPrivileges: ImageBehaviour = {
  ...shellImage,
  command: [
    'sh',
    '-c',
    'if grep -q "NoNewPrivs:\t1" /proc/self/status; then echo "Effective uid: $(id -u)"; else echo "Effective uid: 0"; fi',
  ],
};
