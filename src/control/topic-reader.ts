/**
 * What screens ask to be told about. `periodic-task:ID` and `run:ID` are one of each; `model:NAME` an app's records. A topic
 * that this version does not know counts as `changes`.
 */
export interface TopicReader {
  /**
   * A text for each topic that differs when what the topic stands for has changed: cheap, and now and then equal although something
   * did. A hint, never the truth.
   */
  fingerprints(topics: readonly string[], now: number): Promise<ReadonlyMap<string, string>>;
}
