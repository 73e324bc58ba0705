import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import { NoteLine } from "../../../components/note-line.tsx";
import { StateGlyph } from "../../../components/state-glyph.tsx";
import { useLanguage } from "../../../i18n/language.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { AuditReport } from "../../../services/wire.ts";
import { useMaintenanceMessages } from "../messages.ts";

type Finding = AuditReport["findings"][number];

/** What the audit found, the faults before the notes; each leads to its periodic task's ledger. */
export function AuditReportView({ report }: { report: AuditReport }) {
  const m = useMaintenanceMessages().audit;
  const { number } = useFormat();
  const { schedules, rows, errors, notes, findings } = report;
  const sorted = [...findings].sort((a, b) => rank(a) - rank(b) || a.at - b.at);
  const left = errors + notes - findings.length;
  return (
    <section aria-live="polite">
      <Box component="h2" sx={{ m: 0, typography: "h2" }}>
        {errors === 0
          ? m.right
          : [m.wrong(errors, number(errors)), ...(notes > 0 ? [m.notes(notes, number(notes))] : [])].join(" · ")}
      </Box>
      {errors === 0 ? (
        <NoteLine state="succeeded">{m.rightText(schedules, number(schedules), number(rows))}</NoteLine>
      ) : (
        <Box sx={{ color: "text.secondary" }}>{m.looked(number(schedules), number(rows))}</Box>
      )}
      <Box component="ul" sx={{ listStyle: "none", m: 0, mt: 1, p: 0 }}>
        {sorted.map((finding) => (
          <Row key={`${finding.scheduleId}-${finding.code}-${finding.at}`} finding={finding} />
        ))}
      </Box>
      {left > 0 && <Box sx={{ color: "text.secondary", fontSize: 13 }}>{m.more(number(left))}</Box>}
    </section>
  );
}

const rank = ({ severity }: Finding) => (severity === "error" ? 0 : 1);

function Row({ finding }: { finding: Finding }) {
  const m = useMaintenanceMessages().audit;
  const { language } = useLanguage();
  const format = useFormat();
  const { code, severity, at, through, count, text, periodicTaskId, periodicTaskName, scheduleName } = finding;
  const words: Readonly<Record<string, string>> = m.codes;
  const instant = (time: number) => `${format.instant(time)} ${format.offset(time)}`;
  return (
    <Box component="li" sx={{ display: "flex", gap: 1, borderTop: 1, borderColor: "rule", py: 0.75 }}>
      <Box sx={{ pt: "3px" }}>
        <StateGlyph state={severity === "error" ? "failed" : "skipped"} />
      </Box>
      <Box sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
        <div>
          {words[code] ?? m.other} ·{" "}
          <Link to={`/periodic-tasks/${periodicTaskId}?tab=firings`}>{periodicTaskName}</Link>
          {scheduleName !== "" && ` · ${scheduleName}`}
        </div>
        <Box sx={{ fontSize: 13, color: "text.secondary" }}>
          {at === through ? instant(at) : `${instant(at)} – ${instant(through)}`}
          {count !== null && count > 1 && ` · ${m.times(count, format.number(count))}`}
        </Box>
        {/* What the server found exactly, in its own words. */}
        <Box lang={language === "en" ? undefined : "en"} sx={{ fontSize: 13, color: "text.secondary" }}>
          {text}
        </Box>
      </Box>
    </Box>
  );
}
