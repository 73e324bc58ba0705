import type { LogChunk, LogStore } from "../../src/run/log-store.ts";

/** {@link LogStore} in a map. */
export class MemoryLogStore implements LogStore {
  readonly chunks = new Map<string, LogChunk[]>();

  async append(chunks: readonly LogChunk[]): Promise<void> {
    for (const chunk of chunks) {
      const kept = this.chunks.get(chunk.runId) ?? [];
      if (kept.every((other) => other.chunk !== chunk.chunk)) kept.push(chunk);
      this.chunks.set(chunk.runId, kept);
    }
  }

  async read(runId: string, from: number, limit: number) {
    const chunks = (this.chunks.get(runId) ?? []).filter(({ chunk }) => chunk >= from);
    return chunks.sort((a, b) => a.chunk - b.chunk).slice(0, limit);
  }

  async end(runId: string) {
    const [last] = (await this.read(runId, 0, Number.POSITIVE_INFINITY)).slice(-1);
    if (last === undefined) return { chunk: 0, line: 1 };
    return { chunk: last.chunk + 1, line: last.firstLine + last.text.split("\n").length - 1 };
  }

  /** Everything that a run wrote. */
  text(runId: string): string {
    return (this.chunks.get(runId) ?? []).map(({ text }) => text).join("");
  }
}
