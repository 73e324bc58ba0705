import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { ReactNode } from "react";
import { Link, useParams } from "react-router-dom";
import { EmptyState } from "../../../components/empty-state.tsx";
import { JsonBlock } from "../../../components/json/json-block.tsx";
import { LoadingPage, LoadingRows } from "../../../components/loading-page.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { StateGlyph } from "../../../components/state-glyph.tsx";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { useRunningRuns } from "../../../services/runs.ts";
import { useMay } from "../../../services/session.ts";
import type { WorkerInspection, WorkerView } from "../../../services/wire.ts";
import { useInspection, useWorkers } from "../../../services/workers.ts";
import { DrainActions, DrainLine } from "../drain-actions.tsx";
import { useWorkerMessages } from "../messages.ts";
import { droppedEvents } from "../process-table.tsx";
import { toldFacts, toldRuns, toldStats, toldTasks } from "./answers.ts";
import { CommandMenu } from "./command-menu.tsx";
import { useWorkerPageMessages } from "./messages.ts";
import { PoolChildren } from "./pool-children.tsx";
import { RunningRuns } from "./running-runs.tsx";
import { RunsTold } from "./runs-told.tsx";

/** One worker, hyoshi's own or Celery's: what is known of it, what it answers, and what it can be told. */
export default function WorkerPage() {
  const m = useWorkerPageMessages();
  const { id = "" } = useParams();
  const workers = useWorkers();
  if (workers.isPending) return <LoadingPage />;
  if (!workers.data) {
    return (
      <Box sx={{ pt: 2 }}>
        <ProblemView error={workers.error} what={m.readFailed} onRetry={() => void workers.refetch()} />
      </Box>
    );
  }
  const worker = workers.data.find((one) => String(one.id) === id);
  if (worker === undefined) {
    return (
      <EmptyState
        title={m.gone.title}
        action={
          <Button component={Link} to="/workers">
            {m.back}
          </Button>
        }
      >
        {m.gone.text}
      </EmptyState>
    );
  }
  return <Worker key={id} worker={worker} />;
}

function Worker({ worker }: { worker: WorkerView }) {
  const m = useWorkerPageMessages();
  const common = useWorkerMessages();
  const format = useFormat();
  const may = useMay();
  const answer = useInspection(worker.id, worker.live);
  const isPlain = answer.data?.remote === false;
  const tasks = toldTasks(answer.data?.registered ?? null);
  const dropped = droppedEvents(worker);
  const told = toldFacts(worker.info);
  const mayRead = may("runs.view");
  const running = useRunningRuns(mayRead && worker.live);
  const runs = running.data?.items.filter((run) => run.worker === worker.name) ?? [];
  return (
    <>
      <PageHead
        title={worker.name}
        heading={
          <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1 }}>
            <StateGlyph state={worker.live ? "succeeded" : "lost"} />
            <span className="visually-hidden">{worker.live ? common.live : common.dead}</span>
            {worker.name}
          </Box>
        }
        about={m.kinds[worker.kind]}
      >
        {worker.live && worker.kind === "worker" && may("workers.manage") && <DrainActions worker={worker} />}
        {worker.live && answer.data?.remote && may("workers.manage") && (
          <CommandMenu worker={worker} tasks={(tasks ?? []).map((line) => line.split(" [")[0] ?? line)} />
        )}
      </PageHead>
      {!worker.live && (
        <NoteLine state="lost">{worker.kind === "celery" ? common.silentText : common.deadText}</NoteLine>
      )}
      <DrainLine worker={worker} />
      {dropped > 0 && <NoteLine state="missed">{common.droppedEvents(format.number(dropped))}</NoteLine>}
      {isPlain && <Box sx={{ color: "text.secondary", maxWidth: 640, textWrap: "pretty" }}>{m.noBroker}</Box>}
      {answer.error && <ProblemView error={answer.error} what={m.askFailed} onRetry={() => void answer.refetch()} />}
      {answer.data?.answered === false && !isPlain && (
        <Box sx={{ display: "flex", alignItems: "center", gap: 2, flexWrap: "wrap" }}>
          <NoteLine state="missed">{m.silent}</NoteLine>
          <Button variant="text" onClick={() => void answer.refetch()}>
            {m.askAgain}
          </Button>
        </Box>
      )}
      <Box
        sx={{
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(260px, 2fr) minmax(0, 5fr)" },
          columnGap: 4,
          alignItems: "start",
        }}
      >
        <Facts worker={worker} answer={answer.data} />
        <Box sx={{ minWidth: 0 }}>
          {worker.live && answer.isPending && <LoadingRows rows={4} />}
          {mayRead && worker.live && isPlain && running.data && <RunningRuns runs={runs} />}
          {told.children.length > 0 && <PoolChildren items={told.children} runs={runs} />}
          {answer.data?.answered && <Answers answer={answer.data} tasks={tasks} />}
        </Box>
      </Box>
    </>
  );
}

function Answers({ answer, tasks }: { answer: WorkerInspection; tasks: readonly string[] | undefined }) {
  const m = useWorkerPageMessages();
  const format = useFormat();
  const { executed } = toldStats(answer.stats);
  return (
    <>
      <RunsTold title={m.active} runs={toldRuns(answer.active)} />
      <RunsTold title={m.reserved} runs={toldRuns(answer.reserved)} />
      <RunsTold title={m.scheduled} runs={toldRuns(answer.scheduled)} />
      <Section title={m.registered}>
        {tasks === undefined && <Quiet>{m.notAnswered}</Quiet>}
        {tasks?.length === 0 && <Quiet>{m.none}</Quiet>}
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: "none" }}>
          {tasks?.map((line) => {
            const count = executed.get(line.split(" [")[0] ?? line);
            return (
              <Box component="li" key={line} sx={{ display: "flex", gap: 1.5, py: 0.25, overflowWrap: "anywhere" }}>
                <span>{line}</span>
                {count !== undefined && <Quiet>{m.counts(format.number(count))}</Quiet>}
              </Box>
            );
          })}
        </Box>
      </Section>
      {answer.conf !== null && (
        <Section title={m.conf}>
          <JsonBlock value={answer.conf} showAll={m.showAll} />
        </Section>
      )}
    </>
  );
}

function Facts({ worker, answer }: { worker: WorkerView; answer: WorkerInspection | undefined }) {
  const { facts: m, about, pools } = useWorkerPageMessages();
  const format = useFormat();
  const told = toldFacts(worker.info);
  const stats = toldStats(answer?.stats ?? null);
  const slots = stats.slots ?? worker.concurrency ?? undefined;
  return (
    <Section title={about}>
      <Box
        component="dl"
        sx={{
          m: 0,
          display: "grid",
          gridTemplateColumns: "max-content minmax(0, 1fr)",
          columnGap: 2,
          rowGap: 0.25,
          fontSize: 13.5,
          "& dt": { color: "text.secondary" },
          "& dd": { m: 0, overflowWrap: "anywhere" },
        }}
      >
        <Fact name={m.host}>{worker.host}</Fact>
        <Fact name={m.pid}>{worker.pid}</Fact>
        <Fact name={m.software}>{told.software}</Fact>
        <Fact name={worker.kind === "celery" ? m.firstHeard : m.started}>
          <When at={worker.startedAt} />
        </Fact>
        <Fact name={m.uptime}>{stats.uptimeMs !== undefined && format.duration(stats.uptimeMs)}</Fact>
        <Fact name={m.load}>{told.load}</Fact>
        <Fact name={m.processed}>{told.processed !== undefined && format.number(told.processed)}</Fact>
        <Fact name={m.pool}>{told.pool === undefined ? stats.implementation : (pools[told.pool] ?? told.pool)}</Fact>
        <Fact name={m.slots}>{slots !== undefined && format.number(slots)}</Fact>
        <Fact name={m.autoscale}>{told.autoscale}</Fact>
        <Fact name={m.restarts}>{told.restarts !== undefined && format.number(told.restarts)}</Fact>
        <Fact name={m.crashes}>{told.crashes !== undefined && format.number(told.crashes)}</Fact>
        <Fact name={m.prefetch}>{stats.prefetch !== undefined && format.number(stats.prefetch)}</Fact>
        <Fact name={m.queues}>{worker.queues.length > 0 && worker.queues.join(", ")}</Fact>
      </Box>
    </Section>
  );
}

/** Nothing where nothing is known. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === undefined || children === false || children === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box component="section" sx={{ mt: 2.5 }}>
      <Box component="h2" sx={{ m: 0, mb: 0.5, typography: "h3" }}>
        {title}
      </Box>
      {children}
    </Box>
  );
}

function Quiet({ children }: { children: ReactNode }) {
  return (
    <Box component="span" sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
      {children}
    </Box>
  );
}
