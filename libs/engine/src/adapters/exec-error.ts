/** There is no such running container, no such program in it, or more was sent to it than is taken. */
export class ExecError extends Error {}
