import Box from "@mui/material/Box";
import { NoteLine } from "../../../components/note-line.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { BackfillPreview } from "../../../services/wire.ts";
import { useBackfillMessages } from "./backfill-messages.ts";

interface Props {
  preview: BackfillPreview | undefined;
  /** It belongs to what was typed before. */
  isStale: boolean;
  isAsking: boolean;
  cap: number;
  zone: string;
}

/** How many runs it would be, from when to when, and what is left out. */
export function BackfillCount({ preview, isStale, isAsking, cap, zone }: Props) {
  const m = useBackfillMessages();
  const format = useFormat();
  if (!preview) {
    return <Box sx={{ color: "text.secondary", minHeight: 44 }}>{isAsking && m.counting}</Box>;
  }
  const { runs, beyondCap, limitedTo, alreadySent, firstAt, lastAt, takesMs } = preview;
  const stamp = (at: number) => `${format.shortInstant(at, zone)} ${format.offset(at, zone)}`;
  return (
    <Box
      aria-live="polite"
      sx={{ p: 1.5, bgcolor: "sunken", borderRadius: 1, minHeight: 44, opacity: isStale ? 0.45 : 1, fontSize: 13.5 }}
    >
      {beyondCap && <NoteLine state="missed">{m.beyondCap(format.number(cap))}</NoteLine>}
      {!beyondCap && runs === 0 && m.none}
      {!beyondCap && runs > 0 && firstAt !== null && lastAt !== null && (
        <>
          <strong>{m.runs(format.number(runs))}</strong> {m.span(stamp(firstAt), stamp(lastAt))}
          {takesMs > 0 && ` · ${m.takes(format.duration(takesMs))}`}
        </>
      )}
      {!beyondCap && limitedTo !== null && runs > limitedTo && (
        <NoteLine state="missed">{m.limited(format.number(limitedTo))}</NoteLine>
      )}
      {alreadySent > 0 && <Box sx={{ color: "text.secondary" }}>{m.alreadySent(format.number(alreadySent))}</Box>}
    </Box>
  );
}
