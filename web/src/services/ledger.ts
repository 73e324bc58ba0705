import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import type { AuditReport, CodePlan } from "./wire.ts";

/** Recomputes what should have fired after an instant; null asks for all that is retained. It may take a while. */
export const auditLedger = (since: number | null): Promise<AuditReport> =>
  api.get<AuditReport>("ledger/audit", { since });

/** What applying the code's periodic tasks would do, and where edits differ from it. */
export function useCodePlan() {
  return useQuery({
    queryKey: ["code-plan"],
    queryFn: ({ signal }) => api.get<CodePlan>("code/plan", undefined, signal),
    meta: { topics: ["periodic-tasks"] },
    staleTime: 30_000,
  });
}
