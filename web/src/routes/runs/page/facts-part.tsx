import { When } from "../../../components/when.tsx";
import type { RunView } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { useRunPageMessages } from "./messages.ts";
import { Fact, Facts, Part } from "./part.tsx";

/** Where and when it ran, to the second and with the offset. */
export function FactsPart({ run }: { run: RunView }) {
  const m = useRunPageMessages().facts;
  const time = (name: string, at: number | null) =>
    at !== null && (
      <Fact name={name}>
        <When at={at} form="absolute" />
      </Fact>
    );
  return (
    <Part title={m.title}>
      <Facts>
        <Fact name="ID">
          <code style={{ fontFamily: mono }}>{run.id}</code>
        </Fact>
        <Fact name={m.queue}>{run.queue}</Fact>
        {run.worker !== null && <Fact name={m.worker}>{run.worker}</Fact>}
        <Fact name={m.priority}>{run.priority}</Fact>
        {time(m.queued, run.queuedAt)}
        {run.startedAt === null && time(m.available, run.availableAt)}
        {time(m.started, run.startedAt)}
        {time(m.ended, run.endedAt)}
        {run.endedAt === null && time(m.expires, run.expiresAt)}
        {Object.entries(run.headers).map(([name, value]) => (
          <Fact key={name} name={m.header(name)}>
            <code style={{ fontFamily: mono, overflowWrap: "anywhere" }}>{value}</code>
          </Fact>
        ))}
      </Facts>
    </Part>
  );
}
