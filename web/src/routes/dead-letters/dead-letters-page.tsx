import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router-dom";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadingRows } from "../../components/loading-page.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { ScrollTable } from "../../components/scroll-table.tsx";
import { StateGlyph } from "../../components/state-glyph.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import { useDeadLetters } from "../../services/dead-letters.ts";
import type { DeadLetterSummary } from "../../services/wire.ts";
import { useDeadLetterMessages } from "./messages.ts";

/** Messages that were refused, the newest first. */
export default function DeadLettersPage() {
  const m = useDeadLetterMessages();
  const c = m.columns;
  const [get, set] = useUrlState();
  const queue = get("queue");
  const answer = useDeadLetters({ queue, after: get("after") });
  const letters = answer.data?.items ?? [];
  return (
    <>
      <PageHead title={m.title} about={m.about}>
        <Button component={Link} to="/workers">
          {m.workers}
        </Button>
      </PageHead>
      {queue !== undefined && (
        <Box sx={{ pb: 1 }}>
          <Chip label={m.onlyQueue(queue)} onDelete={() => set({ queue: undefined })} sx={{ height: 30 }} />
        </Box>
      )}
      {answer.error && <ProblemView error={answer.error} what={m.readFailed} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <LoadingRows rows={4} />}
      {answer.isSuccess && letters.length === 0 && (
        <EmptyState title={queue === undefined ? m.empty.title : m.noMatch}>
          {queue === undefined && m.empty.text}
        </EmptyState>
      )}
      {letters.length > 0 && (
        <>
          <ScrollTable
            columns={[
              { key: "task", label: c.task },
              { key: "why", label: c.why },
              { key: "queue", label: c.queue },
              { key: "size", label: c.size, isNumber: true, isWideOnly: true },
              { key: "at", label: c.at },
            ]}
          >
            {letters.map((letter) => (
              <Row key={letter.id} letter={letter} onQueue={(name) => set({ queue: name, after: undefined })} />
            ))}
          </ScrollTable>
          {answer.data && <Pager page={answer.data} />}
        </>
      )}
    </>
  );
}

function Row({ letter, onQueue }: { letter: DeadLetterSummary; onQueue: (queue: string) => void }) {
  const m = useDeadLetterMessages();
  const format = useFormat();
  return (
    <TableRow hover>
      <TableCell sx={{ minWidth: 130 }}>
        <Box component={Link} to={`/dead-letters/${letter.id}`} sx={{ overflowWrap: "anywhere" }}>
          {letter.task ?? m.noTask}
        </Box>
      </TableCell>
      <TableCell sx={{ minWidth: 180 }}>
        <Box sx={{ display: "flex", alignItems: "center", gap: 0.75 }}>
          <StateGlyph state="failed" size={12} />
          {m.codes[letter.code] ?? letter.code}
        </Box>
        <Box className="wide-only" sx={{ color: "text.secondary", fontSize: 12.5, overflowWrap: "anywhere" }}>
          {letter.why}
        </Box>
      </TableCell>
      <TableCell>
        <Button variant="text" onClick={() => onQueue(letter.queue)} sx={{ px: 0.5, minWidth: 0 }}>
          {letter.queue}
        </Button>
      </TableCell>
      <TableCell className="number wide-only" sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
        {m.bytes(format.number(letter.bodyBytes))}
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        <When at={letter.at} />
      </TableCell>
    </TableRow>
  );
}
