import { useNow } from "../../../components/now.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { RunSummary } from "../../../services/wire.ts";

type Times = Pick<RunSummary, "queuedAt" | "availableAt" | "startedAt" | "endedAt" | "durationMs" | "state">;

/** How long a run took, or has taken until now; ticks while it runs. Empty before it began. */
export function Duration({ run }: { run: Times }) {
  const format = useFormat();
  const isRunning = run.startedAt !== null && run.endedAt === null;
  const now = useNow(isRunning ? 1_000 : undefined);
  if (run.startedAt === null) return null;
  const ms = isRunning ? now - run.startedAt : (run.durationMs ?? (run.endedAt ?? now) - run.startedAt);
  return format.duration(isRunning ? Math.floor(Math.max(ms, 0) / 1_000) * 1_000 : ms);
}

/** From the moment at which it could have begun; a run that is sent for later does not wait until then. */
export function waitBegan({ queuedAt, availableAt, startedAt }: Times): number {
  // After a first attempt `availableAt` tells the next one.
  return startedAt === null && availableAt !== null ? Math.max(queuedAt, availableAt) : queuedAt;
}

/** How long a run waited before it began, or has waited until now. */
export function Waited({ run }: { run: Times }) {
  const format = useFormat();
  const isWaiting = run.startedAt === null && run.endedAt === null;
  const now = useNow(isWaiting ? 1_000 : undefined);
  const until = run.startedAt ?? run.endedAt ?? now;
  const ms = until - waitBegan(run);
  if (ms < 0) return null;
  return format.duration(isWaiting ? Math.floor(ms / 1_000) * 1_000 : ms);
}
