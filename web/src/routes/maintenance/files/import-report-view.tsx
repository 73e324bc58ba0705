import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { NoteLine } from "../../../components/note-line.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { ImportReport } from "../../../services/wire.ts";
import { useMaintenanceMessages } from "../messages.ts";

type Item = ImportReport["items"][number];
type Outcome = Item["outcome"];
const order: readonly Outcome[] = ["skipped", "imported", "changed", "unchanged"];
const shownAtOnce = 200;

/** What an import did or would do: counts, then each part with what differs, and why something is left out. */
export function ImportReportView({ report }: { report: ImportReport }) {
  const m = useMaintenanceMessages().files;
  const { number } = useFormat();
  const [withUnchanged, setWithUnchanged] = useState(false);
  const items = order.flatMap((outcome) =>
    outcome === "unchanged" && !withUnchanged ? [] : report.items.filter((item) => item.outcome === outcome),
  );
  const unchanged = report.counts.unchanged ?? 0;
  const isNothing = order.every((outcome) => outcome === "unchanged" || !report.counts[outcome]);
  return (
    <Box sx={{ mt: 1 }}>
      <Box component="h3" sx={{ m: 0, typography: "h3" }}>
        {report.dryRun ? m.would : m.did}
      </Box>
      <Box sx={{ mb: 1 }}>
        {isNothing
          ? m.nothing
          : order
              .filter((outcome) => report.counts[outcome])
              .map((outcome) => `${number(report.counts[outcome] ?? 0)} ${m.outcomes[outcome]}`)
              .join(" · ")}
      </Box>
      {report.notes.map((note) => (
        <NoteLine key={note} state="missed">
          {note}
        </NoteLine>
      ))}
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {items.slice(0, shownAtOnce).map((item) => (
          <Row key={item.place} item={item} />
        ))}
      </Box>
      {items.length > shownAtOnce && (
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>{m.more(number(items.length - shownAtOnce))}</Box>
      )}
      {unchanged > 0 && !withUnchanged && (
        <Button variant="text" onClick={() => setWithUnchanged(true)}>
          {m.showUnchanged(number(unchanged))}
        </Button>
      )}
    </Box>
  );
}

/** The change as a sign, a word and a place; colour is left to what is wrong. */
const signs: Readonly<Record<Outcome, string>> = { imported: "+", changed: "~", unchanged: "=", skipped: "–" };

function Row({ item: { outcome, place, name, reason, notes, fields } }: { item: Item }) {
  const m = useMaintenanceMessages().files;
  return (
    <Box
      component="li"
      sx={{
        display: "grid",
        gridTemplateColumns: "16px 84px minmax(0, 1fr)",
        columnGap: 1,
        borderTop: 1,
        borderColor: "rule",
        py: 0.5,
      }}
    >
      <Box component="code" aria-hidden sx={{ textAlign: "center" }}>
        {signs[outcome]}
      </Box>
      <Box sx={{ color: "text.secondary" }}>{m.outcomes[outcome]}</Box>
      <Box sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
        {name ?? <code>{place}</code>}{" "}
        <Box component="span" sx={{ color: "text.secondary", fontSize: 13 }}>
          {name !== null && place.replace(/\[\d+\]$/, "")}
          {fields && fields.length > 0 && ` · ${m.fields(fields.join(", "))}`}
        </Box>
        {reason !== undefined && outcome === "skipped" && <NoteLine state="failed">{reason}</NoteLine>}
        {reason !== undefined && outcome !== "skipped" && (
          <Box sx={{ color: "text.secondary", fontSize: 13 }}>{reason}</Box>
        )}
        {notes.map((note) => (
          <NoteLine key={note} state="missed">
            {note}
          </NoteLine>
        ))}
      </Box>
    </Box>
  );
}
