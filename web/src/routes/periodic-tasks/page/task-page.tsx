import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { lazy, Suspense, useState } from "react";
import { Link, useParams } from "react-router-dom";
import { LoadingPage } from "../../../components/loading-page.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { usePeriodicTask } from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { EnabledSwitch } from "../parts/enabled-switch.tsx";
import { Warnings } from "../parts/schedule-summary.tsx";
import { Tags } from "../parts/tags.tsx";
import { ChangesTab } from "./changes-tab.tsx";
import { FiringsTab } from "./firings-tab.tsx";
import { HeadActions } from "./head-actions.tsx";
import { usePageMessages } from "./messages.ts";
import { RunsTab } from "./runs-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";
import { UpcomingTab } from "./upcoming-tab.tsx";

const Markdown = lazy(() => import("../../../components/markdown.tsx"));
const tabs = ["runs", "firings", "upcoming", "changes", "settings"] as const;
type TabName = (typeof tabs)[number];

export default function TaskPage() {
  const m = usePageMessages();
  const id = Number(useParams().id);
  const answer = usePeriodicTask(id);
  if (answer.data) return <Loaded task={answer.data} />;
  if (answer.error) {
    return (
      <Box sx={{ pt: 2 }}>
        <ProblemView error={answer.error} what={m.readFailed} onRetry={() => void answer.refetch()} />
      </Box>
    );
  }
  return <LoadingPage />;
}

function Loaded({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  const may = useMay();
  const [get, set] = useUrlState();
  const shown = tabs.filter(
    (tab) => (tab !== "changes" || may("changes.view")) && (tab !== "runs" || may("runs.view")),
  );
  const tab = shown.find((one) => one === get("tab")) ?? shown[0] ?? "settings";
  const show = (next: TabName) =>
    set({ tab: next === shown[0] ? undefined : next, state: undefined, verdict: undefined, after: undefined });
  return (
    <>
      <PageHead
        title={task.name}
        heading={
          <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
            <EnabledSwitch task={task} />
            <span>{task.name}</span>
          </Box>
        }
      >
        <HeadActions task={task} />
      </PageHead>
      <Facts task={task} />
      <Runbook task={task} />
      <Tabs value={tab} onChange={(_, next: TabName) => show(next)} variant="scrollable" scrollButtons={false}>
        {shown.map((name) => (
          <Tab key={name} value={name} label={m.tabs[name]} />
        ))}
      </Tabs>
      <Box role="tabpanel" sx={{ overflowX: "auto" }}>
        {tab === "runs" && <RunsTab periodicTaskId={task.id} />}
        {tab === "firings" && <FiringsTab task={task} />}
        {tab === "upcoming" && <UpcomingTab task={task} />}
        {tab === "changes" && <ChangesTab task={task} />}
        {tab === "settings" && <SettingsTab task={task} />}
      </Box>
    </>
  );
}

/** What it is and when, below its name. */
function Facts({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  const format = useFormat();
  const inForce = task.schedules.filter((schedule) => schedule.enabled);
  return (
    <Box sx={{ display: "grid", gap: 0.5, pb: 2 }}>
      {task.archivedAt !== null && (
        <Alert severity="info" icon={false}>
          {m.archived} <When at={task.archivedAt} />
        </Alert>
      )}
      {task.paused && (
        <NoteLine state="held">
          {m.paused(task.paused.by, task.paused.reason)}
          {task.paused.untilAt !== null && (
            <>
              {" · "}
              {m.pausedUntil} <When at={task.paused.untilAt} />
            </>
          )}
        </NoteLine>
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, rowGap: 0.25, alignItems: "baseline" }}>
        {inForce.length > 0 && (
          <Box component="span" sx={{ fontWeight: 600, fontSize: 15 }}>
            {inForce.map((schedule) => format.text(schedule.description)).join(" · ")}
          </Box>
        )}
        <Next task={task} />
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5, fontSize: 13, color: "text.secondary" }}>
        <Box component="span" sx={{ fontFamily: mono, fontSize: 12.5 }}>
          {task.task}
        </Box>
        <span>{m.inQueue(task.queue)}</span>
        <Tags tags={task.tags} />
        {task.owner && <span>{task.owner.username}</span>}
      </Box>
      <Warnings warnings={task.warnings} />
      {task.schedules.flatMap((schedule) =>
        schedule.error === null
          ? []
          : [
              <NoteLine key={schedule.id} state="failed">
                {schedule.name} {schedule.error}
              </NoteLine>,
            ],
      )}
    </Box>
  );
}

/** The next time counting down. While it is paused, the note above says what holds it. */
function Next({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  if (task.paused || task.archivedAt !== null) return null;
  if (task.nextAt === null) {
    return <Box sx={{ color: "text.secondary" }}>{task.enabled ? m.nothingNext : m.off}</Box>;
  }
  const zone = task.schedules.find((schedule) => schedule.nextAt === task.nextAt)?.zone;
  return (
    <span>
      <Box component="span" sx={{ color: "text.secondary" }}>
        {m.next}{" "}
      </Box>
      <When at={task.nextAt} zone={zone} />
    </span>
  );
}

const isLong = (text: string) => text.length > 1_200 || text.split("\n").length > 24;

function Runbook({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  const may = useMay();
  const [isOpen, setOpen] = useState(() => !isLong(task.description));
  if (task.description.trim() === "") {
    if (task.archivedAt !== null || !may("periodic-tasks.edit")) return null;
    return (
      <Box sx={{ fontSize: 13, color: "text.secondary", pb: 1.5 }}>
        {m.noRunbook} <Link to={`/periodic-tasks/${task.id}/edit`}>{m.writeRunbook}</Link>
      </Box>
    );
  }
  return (
    <Box
      component="details"
      open={isOpen}
      onToggle={(event: React.SyntheticEvent<HTMLDetailsElement>) => setOpen(event.currentTarget.open)}
      sx={{ mb: 2, bgcolor: "sunken", borderRadius: 1, px: 2, py: 1 }}
    >
      <Box component="summary" sx={{ cursor: "pointer", fontWeight: 600, fontSize: 13 }}>
        {m.runbook}
      </Box>
      <Box sx={{ py: 1 }}>
        <Suspense fallback={<Skeleton height={80} />}>
          <Markdown text={task.description} />
        </Suspense>
      </Box>
    </Box>
  );
}
