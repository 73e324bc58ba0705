import { type LogChunk, type LogPart, type LogStore, linesIn } from "../../src/run/log-store.ts";

/** {@link LogStore} in a map. */
export class MemoryLogStore implements LogStore {
  readonly chunks = new Map<string, LogChunk[]>();

  async append(parts: readonly LogPart[]): Promise<void> {
    for (const part of parts) {
      const kept = this.chunks.get(part.runId) ?? [];
      const last = kept.at(-1);
      const firstLine = last === undefined ? 1 : last.firstLine + linesIn(last.text);
      this.chunks.set(part.runId, [...kept, { ...part, chunk: kept.length, firstLine }]);
    }
  }

  async read(runId: string, from: number, limit: number) {
    return (this.chunks.get(runId) ?? []).slice(from, from + limit);
  }

  /** Everything that a run wrote. */
  text(runId: string): string {
    return (this.chunks.get(runId) ?? []).map(({ text }) => text).join("");
  }
}
