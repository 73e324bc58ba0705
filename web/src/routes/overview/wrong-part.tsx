import Box from "@mui/material/Box";
import { StateGlyph } from "../../components/state-glyph.tsx";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import { useMay } from "../../services/session.ts";
import type { Health, Overview } from "../../services/wire.ts";
import { useOverviewMessages } from "./messages.ts";
import { LinkRow, OverviewPart, Rows } from "./overview-part.tsx";

/** Where one looks further, by the problem's code. */
const places: Readonly<Record<string, string>> = {
  late: "/periodic-tasks?sort=nextAt",
  schedule_error: "/periodic-tasks",
};

interface Props {
  failing: Overview["failing"];
  health: Health;
}

/** Is anything wrong now? Each answer leads to where it can be looked into. */
export function WrongPart({ failing, health }: Props) {
  const m = useOverviewMessages();
  const format = useFormat();
  const may = useMay();
  const isWell = failing.length === 0 && health.problems.length === 0;
  const more = may("runs.view") ? { to: "/runs?state=failed%2Clost&since=24h", label: m.allFailed } : undefined;
  return (
    <OverviewPart title={m.wrong} more={isWell ? undefined : more}>
      {isWell ? (
        <Box sx={{ display: "flex", gap: 1 }}>
          <Box sx={{ pt: "3px" }}>
            <StateGlyph state="succeeded" />
          </Box>
          <div>
            {m.allWell} <Box sx={{ color: "text.secondary", textWrap: "pretty" }}>{m.allWellText}</Box>
          </div>
        </Box>
      ) : (
        <Rows>
          {health.problems.map(({ code, text, severity }) => (
            <LinkRow key={text.en} to={places[code] ?? "/workers"}>
              <StateGlyph state={severity === "error" ? "failed" : "missed"} />
              <span>{format.text(text)}</span>
            </LinkRow>
          ))}
          {failing.map((one) => (
            <LinkRow key={one.periodicTaskId} to={`/runs/${encodeURIComponent(one.runId)}`}>
              <StateGlyph state={one.state} />
              <Box component="span" sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
                {one.state === "lost" ? m.lost(one.name) : m.failed(one.name)}
              </Box>
              <Box component="span" sx={{ color: "text.secondary", fontSize: 13 }}>
                <When at={one.at} />
              </Box>
            </LinkRow>
          ))}
        </Rows>
      )}
    </OverviewPart>
  );
}
