import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Collapse from "@mui/material/Collapse";
import FormControlLabel from "@mui/material/FormControlLabel";
import IconButton from "@mui/material/IconButton";
import Skeleton from "@mui/material/Skeleton";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Tooltip from "@mui/material/Tooltip";
import { lazy, Suspense, useState } from "react";
import { JsonField } from "../../../components/json/json-field.tsx";
import { ZoneField } from "../../../components/zone-field.tsx";
import { ClockedFields } from "./clocked-fields.tsx";
import { CrontabFields } from "./crontab-fields.tsx";
import { type Kind, kinds, type ScheduleDraft } from "./draft.ts";
import type { FieldErrors } from "./field-errors.ts";
import { IntervalFields } from "./interval-fields.tsx";
import { useFormMessages } from "./messages.ts";
import { PreviewPanel } from "./schedule-preview.tsx";
import { TimeRules } from "./time-rules.tsx";
import { usePreview } from "./use-preview.ts";
import { useWhenMessages } from "./when-messages.ts";

const SolarFields = lazy(() => import("./solar-fields.tsx"));

interface Props {
  draft: ScheduleDraft;
  change: (changes: Partial<ScheduleDraft>) => void;
  onRemove: () => void;
  /** The server's answer to the whole form. */
  errors: FieldErrors;
  /** `/schedules/0` */
  pointer: string;
}

/** The fields of the details. */
const details = [
  "startsAt",
  "endsAt",
  "calendar",
  "calendar/id",
  "calendar/rule",
  "jitterMs",
  "gap",
  "fold",
  "name",
  "input",
] as const;

/** Whether something is set that the closed details would hide. */
function hasDetails(draft: ScheduleDraft): boolean {
  return (
    draft.name !== "" ||
    draft.input !== undefined ||
    draft.calendar !== null ||
    draft.jitterMs !== null ||
    [draft.startsAt, draft.endsAt].some((bound) => bound !== "") ||
    [draft.gap, draft.fold].some((rule) => rule !== "default")
  );
}

/** One schedule: its kind, its fields, and what they mean, computed while one types. */
export function ScheduleEditor({ draft, change, onRemove, errors, pointer }: Props) {
  const m = useFormMessages();
  const { rules } = useWhenMessages();
  const preview = usePreview(draft);
  const [wasOpened, setOpen] = useState(() => hasDetails(draft));
  // What is typed now is judged by the preview; what was sent, by the answer to it.
  const errorAt = (field: string) => preview.errors.at(`/${field}`) ?? errors.at(`${pointer}/${field}`);
  const fields = { draft, change, errorAt, pointer };
  // A mistake is never hidden behind a button.
  const isOpen = wasOpened || details.some((field) => errorAt(field) !== undefined);
  return (
    <Box
      data-pointer={pointer}
      tabIndex={-1}
      sx={{
        display: "grid",
        gap: 2,
        p: 2,
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        bgcolor: draft.enabled ? undefined : "sunken",
      }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center" }}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={draft.kind}
          onChange={(_, kind: Kind | null) => kind && change({ kind })}
          aria-label={m.when.kind}
        >
          {kinds.map((kind) => (
            <ToggleButton
              key={kind}
              value={kind}
              sx={{ px: 1.5, py: 0.5, textTransform: "none", whiteSpace: "nowrap" }}
            >
              {m.when.kinds[kind]}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Box sx={{ flex: 1 }} />
        <Tooltip title={m.when.on}>
          <Switch
            checked={draft.enabled}
            onChange={(event) => change({ enabled: event.target.checked })}
            slotProps={{ input: { "aria-label": m.when.on } }}
          />
        </Tooltip>
        <Tooltip title={m.when.remove}>
          <IconButton aria-label={m.when.remove} onClick={onRemove}>
            <DeleteIcon fontSize="small" />
          </IconButton>
        </Tooltip>
      </Box>
      {draft.kind === "interval" && <IntervalFields {...fields} />}
      {draft.kind === "crontab" && (
        <CrontabFields
          expression={draft.expression}
          onChange={(expression) => change({ expression })}
          days={draft.days}
          onDaysChange={(days) => change({ days })}
          errorAt={(field) => errorAt(field === "" ? "expression" : `expression/${field}`)}
          pointer={`${pointer}/expression`}
        />
      )}
      {draft.kind === "solar" && (
        <Suspense fallback={<Skeleton variant="rounded" height={40} />}>
          <SolarFields {...fields} />
        </Suspense>
      )}
      {draft.kind === "clocked" && <ClockedFields {...fields} />}
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr", sm: "280px 1fr" }, gap: 1.5, alignItems: "start" }}>
        <ZoneField
          label={m.when.zone}
          value={draft.zone}
          onChange={(zone) => change({ zone })}
          error={errorAt("zone")}
          pointer={`${pointer}/zone`}
        />
        <Box sx={{ justifySelf: { sm: "end" } }}>
          <Button
            variant="text"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            sx={{ color: "text.secondary" }}
          >
            {isOpen ? rules.less : rules.more}
          </Button>
        </Box>
      </Box>
      <Collapse in={isOpen} unmountOnExit sx={{ mt: isOpen ? 0 : -2 }}>
        <Box sx={{ display: "grid", gap: 2 }}>
          <TimeRules {...fields} preview={preview.data} />
          <TextField
            label={m.when.name}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
            error={errorAt("name") !== undefined}
            helperText={errorAt("name") ?? m.when.nameHelp}
            slotProps={{ htmlInput: { maxLength: 200, "data-pointer": `${pointer}/name` } }}
          />
          <FormControlLabel
            control={
              <Switch
                checked={draft.input !== undefined}
                onChange={(event) => change({ input: event.target.checked ? { value: {} } : undefined })}
              />
            }
            label={m.when.overlay}
          />
          {draft.input && (
            <JsonField
              label={m.when.overlay}
              json={draft.input}
              onChange={(input) => change({ input })}
              faults={errors.under(`${pointer}/input`)}
              help={m.when.overlayHelp}
              minLines={3}
            />
          )}
        </Box>
      </Collapse>
      <Box sx={{ borderTop: 1, borderColor: "rule", pt: 1.5, minHeight: 92 }}>
        <PreviewPanel preview={preview} draft={draft} change={change} />
      </Box>
    </Box>
  );
}
