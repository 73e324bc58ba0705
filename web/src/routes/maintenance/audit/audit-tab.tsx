import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { ProblemView } from "../../../components/problem-view.tsx";
import { auditLedger } from "../../../services/ledger.ts";
import type { AuditReport } from "../../../services/wire.ts";
import { useMaintenanceMessages } from "../messages.ts";
import { AuditReportView } from "./audit-report-view.tsx";

const dayMs = 86_400_000;
const ranges = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs, all: null } as const;
type Range = keyof typeof ranges;

/** Asks the server to hold the ledger against the schedules; done when asked for, because it looks at everything. */
export function AuditTab() {
  const m = useMaintenanceMessages().audit;
  const [range, setRange] = useState<Range>("day");
  const [report, setReport] = useState<AuditReport>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const audit = async () => {
    setBusy(true);
    setError(undefined);
    setReport(undefined);
    const ms = ranges[range];
    try {
      setReport(await auditLedger(ms === null ? null : Date.now() - ms));
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Box sx={{ maxWidth: 860 }}>
      <Box sx={{ color: "text.secondary", mb: 1.5, textWrap: "pretty" }}>{m.about}</Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "center" }}>
        <TextField
          select
          label={m.range}
          value={range}
          onChange={(event) => setRange(event.target.value as Range)}
          sx={{ minWidth: 200 }}
        >
          {Object.keys(ranges).map((value) => (
            <MenuItem key={value} value={value}>
              {m.ranges[value as Range]}
            </MenuItem>
          ))}
        </TextField>
        <Button variant="contained" loading={isBusy} onClick={() => void audit()} sx={{ height: 38 }}>
          {m.action}
        </Button>
      </Box>
      <Box role="status" sx={{ color: "text.secondary", minHeight: 22, mt: 1 }}>
        {isBusy && m.running}
      </Box>
      {error !== undefined && <ProblemView error={error} what={m.failed} onRetry={() => void audit()} />}
      {report && <AuditReportView report={report} />}
    </Box>
  );
}
