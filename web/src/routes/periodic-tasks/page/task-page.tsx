import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { lazy, Suspense, useState } from "react";
import { Link, useParams } from "react-router-dom";
import { LoadingPage } from "../../../components/loading-page.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { PauseLine } from "../../../components/pause-line.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { When } from "../../../components/when.tsx";
import { usePeriodicTask } from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { EnabledSwitch } from "../parts/enabled-switch.tsx";
import { HeldNote } from "../parts/held-note.tsx";
import { Warnings } from "../parts/schedule-summary.tsx";
import { Tags } from "../parts/tags.tsx";
import { ChangesTab } from "./changes-tab.tsx";
import { CodeNote } from "./code-note.tsx";
import { FiringsTab } from "./firings-tab.tsx";
import { HeadActions } from "./head-actions.tsx";
import { usePageMessages } from "./messages.ts";
import { RunsTab } from "./runs-tab.tsx";
import { ScheduleLines } from "./schedule-lines.tsx";
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
  return (
    <Box sx={{ display: "grid", gap: 0.5, pb: 2 }}>
      {task.archivedAt !== null && (
        <Alert severity="info" icon={false}>
          {m.archived} <When at={task.archivedAt} />
        </Alert>
      )}
      {task.paused && <PauseLine pause={task.paused} />}
      <HeldNote task={task} />
      <ScheduleLines task={task} />
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5, fontSize: 13, color: "text.secondary" }}>
        <Box component="span" sx={{ fontFamily: mono, fontSize: 12.5 }}>
          {task.task}
        </Box>
        <span>{m.inQueue(task.queue)}</span>
        <Tags tags={task.tags} />
        {task.owner && <span>{task.owner.username}</span>}
        {task.codeApp !== null && <span>{m.code.definedIn(task.codeApp)}</span>}
      </Box>
      <CodeNote task={task} />
      <Warnings warnings={task.warnings} />
    </Box>
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
