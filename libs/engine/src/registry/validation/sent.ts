/** An object as a client sends it: what its type says is there may be missing all the same. */
export type Sent<T> = { readonly [K in keyof T]?: T[K] | undefined };
