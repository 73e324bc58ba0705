import { useEffect, useState } from "react";
import { readLog } from "../../../services/runs.ts";
import { LogBook } from "./log-book.ts";

const pollMs = 700;
const retryMs = 3_000;

interface RunLog {
  book: LogBook;
  /** Grows with the book, whose lines are added in place. */
  length: number;
  isComplete: boolean;
  /** The last reading failed; it is tried again. */
  error: unknown;
}
const fresh = (): RunLog => ({ book: new LogBook(), length: 0, isComplete: false, error: undefined });

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = window.setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      window.clearTimeout(timer);
      resolve();
    });
  });

/** Reads a run's log and goes on reading while the run writes. A line is on the screen within a second, whatever its run's state. */
export function useRunLog(id: string): RunLog {
  const [log, setLog] = useState(fresh);
  useEffect(() => {
    const stop = new AbortController();
    const { book } = fresh();
    let after: number | undefined;
    setLog({ ...fresh(), book });
    const read = async () => {
      while (!stop.signal.aborted) {
        try {
          const page = await readLog(id, after, stop.signal);
          book.add(page.items);
          after = page.next;
          setLog({ book, length: book.lines.length, isComplete: page.complete, error: undefined });
          if (page.complete) return;
          if (page.items.length === 0) await pause(pollMs, stop.signal);
        } catch (error) {
          if (stop.signal.aborted) return;
          setLog((log) => ({ ...log, error }));
          await pause(retryMs, stop.signal);
        }
      }
    };
    void read();
    return () => stop.abort();
  }, [id]);
  return log;
}
