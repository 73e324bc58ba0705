/** Something that runs until it is stopped. `start` resolves when it is at work, `stop` when nothing of it is left; both may be called twice. */
export interface Service {
  start(): Promise<void>;
  stop(): Promise<void>;
}
