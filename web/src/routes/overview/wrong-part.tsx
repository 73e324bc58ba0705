import Box from "@mui/material/Box";
import { StateGlyph } from "../../components/state-glyph.tsx";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import { useMay } from "../../services/session.ts";
import type { Health, Overview, Page, QueueView, RunSummary, WorkerView } from "../../services/wire.ts";
import { useOverviewMessages } from "./messages.ts";
import { LinkRow, OverviewPart, Rows } from "./overview-part.tsx";

/** Where one looks further, by the problem's code. */
const places: Readonly<Record<string, string>> = {
  late: "/periodic-tasks?sort=nextAt",
  schedule_error: "/periodic-tasks",
};

/** More of one kind would push the rest out of sight. */
const shownWarnings = 8;

interface Props {
  failing: Overview["failing"];
  health: Health;
  /** Runs that wait for a person; null: nobody has counted them. */
  unhandled: Page<RunSummary>["count"] | null;
  /** Queues out of which nothing is taken. */
  paused: readonly QueueView[];
  /** Live workers that take nothing. */
  drained: readonly WorkerView[];
}

/** Is anything wrong now? Each answer leads to where it can be looked into. */
export function WrongPart({ failing, health, unhandled, paused, drained }: Props) {
  const m = useOverviewMessages();
  const format = useFormat();
  const may = useMay();
  const errors = health.problems.filter(({ severity }) => severity === "error");
  const warnings = health.problems.filter(({ severity }) => severity !== "error");
  const waiting = unhandled?.value ?? 0;
  const isWell =
    failing.length === 0 &&
    health.problems.length === 0 &&
    waiting === 0 &&
    paused.length === 0 &&
    drained.length === 0;
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
          {errors.map((problem) => (
            <ProblemRow key={problem.text.en} problem={problem} />
          ))}
          {waiting > 0 && (
            <LinkRow to="/runs?unhandled=true&since=24h">
              <StateGlyph state="failed" />
              <span>{m.unhandled(format.number(waiting), waiting, unhandled?.capped === true)}</span>
            </LinkRow>
          )}
          {failing.map((one) => (
            <LinkRow key={one.periodicTaskId} to={`/runs/${encodeURIComponent(one.runId)}`}>
              <StateGlyph state={one.state} />
              <Box component="span" sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
                {one.state === "lost" ? m.lost(one.name) : m.failed(one.name)}
              </Box>
              <Box component="span" sx={{ color: "text.secondary", fontSize: 13, whiteSpace: "nowrap" }}>
                <When at={one.at} />
              </Box>
            </LinkRow>
          ))}
          {paused.map(({ name, ready, paused: hold }) => (
            <LinkRow key={name} to="/workers">
              <StateGlyph state="held" />
              <Box component="span" sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
                {m.pausedQueue(name, format.number(ready), ready, hold?.by ?? "", hold?.reason ?? "")}
              </Box>
            </LinkRow>
          ))}
          {drained.map(({ id, name, drain }) => (
            <LinkRow key={id} to={`/workers/${id}`}>
              <StateGlyph state="held" />
              <Box component="span" sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
                {m.drainedWorker(name, drain?.by ?? "", drain?.reason ?? "")}
              </Box>
            </LinkRow>
          ))}
          {warnings.slice(0, shownWarnings).map((problem) => (
            <ProblemRow key={problem.text.en} problem={problem} />
          ))}
          {warnings.length > shownWarnings && (
            <LinkRow to="/workers">
              <StateGlyph state="missed" />
              <span>{m.moreWarnings(format.number(warnings.length - shownWarnings))}</span>
            </LinkRow>
          )}
        </Rows>
      )}
    </OverviewPart>
  );
}

function ProblemRow({ problem: { code, text, severity } }: { problem: Health["problems"][number] }) {
  const format = useFormat();
  return (
    <LinkRow to={places[code] ?? "/workers"}>
      <StateGlyph state={severity === "error" ? "failed" : "missed"} />
      <Box component="span" sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
        {format.text(text)}
      </Box>
    </LinkRow>
  );
}
