import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import MenuItem from "@mui/material/MenuItem";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useDebounced } from "../../../components/debounced.ts";
import { useComponentMessages } from "../../../components/messages.ts";
import { useProblemFields } from "../../../components/problem-fields.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { viewerZone } from "../../../i18n/instant.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import { instantOf, wallClock } from "../../../i18n/wall-clock.ts";
import { beginBackfill, useBackfillPreview } from "../../../services/backfills.ts";
import { problemOf } from "../../../services/problem.ts";
import type { BackfillRequest, PeriodicTaskView } from "../../../services/wire.ts";
import { CountField } from "../form/count-field.tsx";
import { useBackfillMessages } from "./backfill-messages.ts";
import { BackfillCount } from "./backfill-preview.tsx";
import { type PastRange, pastRange } from "./past-range.ts";

/** What the dialog opens with. */
export interface BackfillStart {
  /** Nominal times, both included. */
  from?: number;
  to?: number;
  scheduleId?: number;
  includeSent?: boolean;
}

interface Props {
  task: PeriodicTaskView;
  start: BackfillStart;
  onClose: () => void;
}

const ranges: readonly PastRange[] = ["yesterday", "sevenDays", "lastWeek", "lastMonth"];
const defaultCap = 1_000;

/** A typed count; null while it is empty, and what is no number as it was typed, to be refused at its field. */
const countOf = (text: string): number | null =>
  text.trim() === "" ? null : Number.isNaN(Number(text)) ? (text as unknown as number) : Number(text);

/** The zone of what is backfilled; the viewer's where there are several. */
function zoneOf(task: PeriodicTaskView, scheduleId: number | undefined): string {
  const schedules = task.schedules.filter(({ id }) => scheduleId === undefined || id === scheduleId);
  const zones = new Set(schedules.map(({ zone }) => zone));
  const [zone] = zones;
  return zones.size === 1 && zone !== undefined ? zone : viewerZone;
}

/** Runs it for every nominal time of a stretch of time, after showing which those are. */
export function BackfillDialog({ task, start, onClose }: Props) {
  const m = useBackfillMessages();
  const words = useComponentMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const format = useFormat();
  const [scheduleId, setScheduleId] = useState(start.scheduleId);
  const zone = zoneOf(task, scheduleId);
  const [range, setRange] = useState(() =>
    start.from === undefined || start.to === undefined
      ? pastRange("yesterday", wallClock(Date.now(), zone).slice(0, 10))
      : { from: wallClock(start.from, zone), to: wallClock(start.to, zone) },
  );
  const [perMinute, setPerMinute] = useState("");
  const [cap, setCap] = useState("");
  const [includeSent, setIncludeSent] = useState(start.includeSent ?? false);
  const [isBeside, setBeside] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const request: BackfillRequest | undefined =
    range.from === "" || range.to === ""
      ? undefined
      : {
          from: instantOf(range.from, zone),
          to: instantOf(range.to, zone),
          ...(scheduleId === undefined ? {} : { scheduleIds: [scheduleId] }),
          perMinute: countOf(perMinute),
          cap: countOf(cap) ?? defaultCap,
          includeSent,
          ...(isBeside ? { overlap: "allow" } : {}),
        };
  const wanted = JSON.stringify(request ?? null);
  const settled = useDebounced(wanted, 250);
  const isStale = settled !== wanted;
  const answer = useBackfillPreview(task.id, (JSON.parse(settled) as BackfillRequest | null) ?? undefined);
  const refusal = error ?? answer.error ?? undefined;
  const fields = useProblemFields(refusal);
  const count = answer.data?.runs ?? 0;
  const isCounted = answer.data !== undefined && !answer.isPlaceholderData && !answer.error && !isStale;
  const isReady = isCounted && count > 0 && answer.data?.beyondCap === false;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!request || !isReady) return;
    setBusy(true);
    setError(undefined);
    try {
      const report = await beginBackfill(task.id, request);
      const told = [
        m.sent(format.number(report.sent)),
        ...(report.waiting > 0 ? [m.waiting(format.number(report.waiting))] : []),
        ...(report.skipped > 0 ? [m.skipped(format.number(report.skipped))] : []),
      ];
      toast.offer(told.join(" · "), {
        label: m.show,
        run: () => void navigate(`/runs?periodicTaskId=${task.id}`),
      });
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const bound = (field: "from" | "to") => (
    <TextField
      type="datetime-local"
      label={m[field]}
      value={range[field]}
      onChange={(event) => setRange({ ...range, [field]: event.target.value })}
      error={fields.at(`/${field}`) !== undefined}
      helperText={fields.at(`/${field}`)}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { step: 1 } }}
    />
  );
  const pairs = { display: "grid", gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" }, gap: 1.5, alignItems: "start" };
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth>
      <form onSubmit={submit} noValidate>
        <DialogTitle>{m.title(task.name)}</DialogTitle>
        <DialogContent>
          <Box sx={{ display: "grid", gap: 2 }}>
            <div>{m.about}</div>
            {refusal !== undefined && !(problemOf(refusal).errors ?? []).some(({ path }) => atFields.has(path)) && (
              <ProblemView error={refusal} />
            )}
            <div>
              <Box sx={pairs}>
                {bound("from")}
                {bound("to")}
              </Box>
              <FormHelperText>{m.inZone(zone)}</FormHelperText>
              <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.5 }}>
                {ranges.map((one) => (
                  <Button
                    key={one}
                    variant="text"
                    onClick={() => setRange(pastRange(one, wallClock(Date.now(), zone).slice(0, 10)))}
                    sx={{ fontSize: 13, minHeight: 28 }}
                  >
                    {m.ranges[one]}
                  </Button>
                ))}
              </Box>
            </div>
            {task.schedules.length > 1 && (
              <TextField
                select
                label={m.schedule}
                value={scheduleId === undefined ? "" : String(scheduleId)}
                onChange={(event) => setScheduleId(event.target.value === "" ? undefined : Number(event.target.value))}
                slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
              >
                <MenuItem value="">{m.allSchedules}</MenuItem>
                {task.schedules.map(({ id, name, description }) => (
                  <MenuItem key={id} value={String(id)}>
                    {name !== "" ? name : format.text(description)}
                  </MenuItem>
                ))}
              </TextField>
            )}
            <Box sx={pairs}>
              <CountField
                label={m.perMinute}
                value={perMinute}
                onChange={setPerMinute}
                error={fields.at("/perMinute")}
                help={m.perMinuteHelp}
                pointer="/perMinute"
              />
              <CountField
                label={m.cap}
                value={cap}
                onChange={setCap}
                error={fields.at("/cap")}
                help={m.capHelp}
                pointer="/cap"
              />
            </Box>
            <Box sx={{ display: "grid" }}>
              <FormControlLabel
                control={<Switch checked={includeSent} onChange={(event) => setIncludeSent(event.target.checked)} />}
                label={m.includeSent}
              />
              {task.overlap !== "allow" && (
                <FormControlLabel
                  control={<Switch checked={isBeside} onChange={(event) => setBeside(event.target.checked)} />}
                  label={m.beside}
                />
              )}
            </Box>
            <BackfillCount
              preview={answer.error ? undefined : answer.data}
              isStale={answer.isPlaceholderData || isStale}
              isAsking={answer.isFetching}
              cap={Number(cap) || defaultCap}
              zone={zone}
            />
          </Box>
        </DialogContent>
        <DialogActions>
          <Button variant="text" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" variant="contained" loading={isBusy} disabled={!isReady}>
            {count > 0 ? m.action(format.number(count)) : m.actionNone}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

const atFields = new Set(["/from", "/to", "/perMinute", "/cap"]);
