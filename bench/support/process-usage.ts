import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The kernel counts processor time in ticks of 10 ms. */
const TICK_MS = 10;

function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The share of one core that a process uses over so long, in percent. */
export async function processorShare(pid: number, overMs: number): Promise<number> {
  const before = processorMs(pid);
  const start = performance.now();
  await sleep(overMs);
  return ((processorMs(pid) - before) / (performance.now() - start)) * 100;
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}
