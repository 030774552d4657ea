/** Token of the configuration: `@Inject(CONFIG) config: Config`. */
export const CONFIG = Symbol('Config');

/** Token of the program's log: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('Logger');
