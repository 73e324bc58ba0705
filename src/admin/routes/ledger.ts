import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { auditQuery, auditReport } from "../contract.ts";
import { given } from "../views/page-view.ts";

export function registerLedger(server: AdminServer, { catalog: { audit } }: AdminApp): void {
  server.get(
    "/ledger/audit",
    {
      config: { permission: "periodic-tasks.view" },
      schema: {
        summary: "Whether every nominal time lies in exactly one row of the ledger, with the right verdict and run",
        description:
          "Recomputes from the schedules' revisions, calendars and tz databases what should be accounted for between `since` and `until`, and compares it with the ledger and the runs. Beats may go on meanwhile. It looks at every schedule: over a long stretch of many schedules it takes its time.",
        tags: ["firings"],
        querystring: auditQuery,
        response: { 200: auditReport },
      },
    },
    async ({ query: { since, until } }) => {
      const report = await audit.run({ ...given({ since, until }), most: MOST_FINDINGS });
      return { ...report, findings: report.findings.map((finding) => ({ ...finding })) };
    },
  );
}

/** Of more, the count tells. */
const MOST_FINDINGS = 200;
