import { Link } from "react-router-dom";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { RunView } from "../../../services/wire.ts";
import { useSender } from "../parts/run-origin.tsx";
import { useRunPageMessages } from "./messages.ts";
import { Fact, Facts, Part } from "./part.tsx";

const runPath = (id: string) => `/runs/${encodeURIComponent(id)}`;

/** Where a run came from: periodic task, schedule, nominal time, firing and how late it began; or who sent it. */
export function OriginPart({ run }: { run: RunView }) {
  const m = useRunPageMessages().origin;
  const format = useFormat();
  const sender = useSender()(run);
  const { periodicTask, schedule } = run;
  return (
    <Part title={m.title}>
      <Facts>
        {sender !== undefined && <Fact name={m.sender}>{sender}</Fact>}
        {run.rerunOf !== null && (
          <Fact name={m.rerunOf}>
            <Link to={runPath(run.rerunOf)}>{m.run(run.rerunOf.slice(0, 13))}</Link>
          </Fact>
        )}
        {run.parentId !== null && (
          <Fact name={m.parent}>
            <Link to={runPath(run.parentId)}>{m.run(run.parentId.slice(0, 13))}</Link>
            {run.detached && ` · ${m.detached}`}
          </Fact>
        )}
        {periodicTask && (
          <Fact name={m.periodicTask}>
            <Link to={`/periodic-tasks/${periodicTask.id}`}>{periodicTask.name}</Link>
          </Fact>
        )}
        {schedule && (
          <Fact name={m.schedule}>
            {schedule.name || m.scheduleNumber(schedule.id)}
            {run.scheduleVersion !== null && run.scheduleVersion > 1 && ` · ${m.version(run.scheduleVersion)}`}
          </Fact>
        )}
        {run.nominalAt !== null && (
          <Fact name={m.nominal}>
            <When at={run.nominalAt} form="absolute" />
          </Fact>
        )}
        {schedule && periodicTask && (
          <Fact name={m.firing}>
            <Link to={`/periodic-tasks/${periodicTask.id}?tab=firings`}>{m.firingLink}</Link>
          </Fact>
        )}
        {run.latenessMs !== null && <Fact name={m.lateness}>{format.duration(run.latenessMs)}</Fact>}
      </Facts>
    </Part>
  );
}
