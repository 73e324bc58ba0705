import { MemoryRunStore } from "../../support/memory-run-store.ts";
import { describeRunStore } from "./describe-run-store.ts";

describeRunStore("plain objects", async () => {
  const runs = new MemoryRunStore();
  let processes = 0;
  return {
    runs,
    other: runs,
    async addProcess(name, leaseUntil) {
      processes += 1;
      runs.processes.set(processes, { name, leaseUntil });
      return processes;
    },
    async setLease(processId, leaseUntil) {
      const process = runs.processes.get(processId);
      if (process !== undefined) process.leaseUntil = leaseUntil;
    },
    attempts: async (runId) => (runs.attempts.get(runId) ?? []).map(({ claim, ...attempt }) => attempt),
    async close() {},
  };
});
