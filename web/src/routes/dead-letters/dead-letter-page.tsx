import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type ReactNode, useState } from "react";
import { Link, useNavigate, useParams } from "react-router-dom";
import { Confirm } from "../../components/confirm.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { JsonBlock } from "../../components/json/json-block.tsx";
import { LoadingPage } from "../../components/loading-page.tsx";
import { NoteLine } from "../../components/note-line.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useToast } from "../../components/toast.tsx";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import { removeDeadLetter, resendDeadLetter, useDeadLetter } from "../../services/dead-letters.ts";
import { isProblem } from "../../services/problem.ts";
import { useMay } from "../../services/session.ts";
import type { DeadLetterView } from "../../services/wire.ts";
import { mono } from "../../theme/theme.ts";
import { useDeadLetterMessages } from "./messages.ts";

/** One refused message: why, and all that was kept of it. */
export default function DeadLetterPage() {
  const m = useDeadLetterMessages();
  const { id = "" } = useParams();
  const answer = useDeadLetter(Number(id));
  if (answer.data) return <Letter letter={answer.data} />;
  if (isProblem(answer.error, "not_found")) {
    return (
      <EmptyState
        title={m.gone.title}
        action={
          <Button component={Link} to="/dead-letters">
            {m.all}
          </Button>
        }
      >
        {m.gone.text}
      </EmptyState>
    );
  }
  if (!answer.error) return <LoadingPage />;
  return (
    <Box sx={{ pt: 2 }}>
      <ProblemView error={answer.error} what={m.oneFailed} onRetry={() => void answer.refetch()} />
    </Box>
  );
}

function Letter({ letter }: { letter: DeadLetterView }) {
  const m = useDeadLetterMessages();
  const format = useFormat();
  const may = useMay();
  const [asking, setAsking] = useState<"remove" | "resend">();
  const kept = Math.floor((letter.body.length * 3) / 4);
  return (
    <>
      <PageHead
        title={letter.task ?? m.noTask}
        about={
          <>
            {m.onlyQueue(letter.queue)} · <When at={letter.at} form="absolute" /> ·{" "}
            {m.bytes(format.number(letter.bodyBytes))}
          </>
        }
      >
        {may("workers.manage") && (
          <>
            {!letter.isCut && <Button onClick={() => setAsking("resend")}>{m.resend} …</Button>}
            <Button color="error" onClick={() => setAsking("remove")}>
              {m.remove} …
            </Button>
          </>
        )}
      </PageHead>
      <NoteLine state="failed">
        {m.codes[letter.code] ?? letter.code}: {letter.why}
      </NoteLine>
      {letter.isCut && (
        <NoteLine state="missed">{m.cut(format.number(kept), format.number(letter.bodyBytes))}</NoteLine>
      )}
      {letter.runId !== null && (
        <Section title={m.run}>
          <Box
            component={Link}
            to={`/runs/${encodeURIComponent(letter.runId)}`}
            sx={{ fontFamily: mono, fontSize: 12.5, overflowWrap: "anywhere" }}
          >
            {letter.runId}
          </Box>
        </Section>
      )}
      <Body letter={letter} />
      <Section title={m.headers}>
        <JsonBlock value={letter.headers} showAll={m.showAll} />
      </Section>
      <Section title={m.properties}>
        <JsonBlock value={letter.properties} showAll={m.showAll} />
      </Section>
      {asking !== undefined && <Ask what={asking} letter={letter} onClose={() => setAsking(undefined)} />}
    </>
  );
}

function Body({ letter }: { letter: DeadLetterView }) {
  const m = useDeadLetterMessages();
  if (letter.decoded !== undefined) {
    return (
      <Section title={m.body}>
        <JsonBlock value={letter.decoded} showAll={m.showAll} />
      </Section>
    );
  }
  return (
    <Section title={letter.text === null ? m.bodyBinary : m.bodyText}>
      <Box
        component="pre"
        tabIndex={0}
        sx={{
          m: 0,
          p: 1,
          maxHeight: 320,
          overflow: "auto",
          bgcolor: "sunken",
          border: 1,
          borderColor: "rule",
          borderRadius: 1,
          fontFamily: mono,
          fontSize: 12.5,
          whiteSpace: "pre-wrap",
          overflowWrap: "anywhere",
        }}
      >
        {letter.text ?? letter.body}
      </Box>
    </Section>
  );
}

/** Neither can be taken back. */
function Ask({ what, letter, onClose }: { what: "remove" | "resend"; letter: DeadLetterView; onClose: () => void }) {
  const m = useDeadLetterMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await (what === "remove" ? removeDeadLetter(letter.id) : resendDeadLetter(letter.id));
      toast.say(what === "remove" ? m.removed : m.resent);
      await navigate("/dead-letters");
    } catch (error) {
      toast.fail(error);
      onClose();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Confirm
      open
      danger={what === "remove"}
      title={what === "remove" ? m.removeTitle : m.resendTitle(letter.queue)}
      action={what === "remove" ? m.remove : m.resend}
      busy={isBusy}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      {what === "remove" ? m.removeText : m.resendText}
    </Confirm>
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
