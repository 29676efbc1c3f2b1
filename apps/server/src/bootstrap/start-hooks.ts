/** An application to deliver, given on the command line. */
export interface FirstApplication {
  readonly repoUrl: string;
  readonly path: string;
  readonly revision: string;
  readonly name: string;
  readonly namespace: string;
}

/**
 * What happens once the server listens: making the application of the command line, or the demonstration on an empty
 * database. The delivery modules set it (`startHooks.firstApplication = …` in `onModuleInit`); it runs after
 * `app.listen`, and what it throws is printed, not fatal.
 */
export class StartHooks {
  /** Creates (or updates) the application; the text tells what was made. */
  firstApplication: ((application: FirstApplication) => Promise<string>) | undefined;
  /** Makes the demonstration when the database is empty; the text tells what was made. */
  demonstration: (() => Promise<string | undefined>) | undefined;
  /** The path of the kubeconfig, once the cluster is served. */
  kubeconfigPath: string | undefined;
  /** Ends the server: something is lost without which nothing can be promised. Set before anything starts. */
  fatal: (error: Error) => void = () => undefined;
  /** Stops everything and starts again in this process. Set before anything starts. */
  restart: () => void = () => undefined;
  #replaced = false;

  /** Is what is in the database another state than the one that runs, on purpose? Then its loss is no failure. */
  get isReplaced(): boolean {
    return this.#replaced;
  }

  /** Does what puts another state into the database; when it fails everything is as it was. */
  async replacingState<T>(work: () => Promise<T>): Promise<T> {
    this.#replaced = true;
    try {
      return await work();
    } catch (error) {
      this.#replaced = false;
      throw error;
    }
  }
}
