import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import Switch from "@mui/material/Switch";
import { useFormat } from "../../../i18n/use-format.ts";
import { useStamp } from "./after-fields.tsx";
import { CountField } from "./count-field.tsx";
import type { Draft } from "./draft.ts";
import type { FieldErrors } from "./field-errors.ts";
import { useLateMessages } from "./late-messages.ts";
import { Section } from "./section.tsx";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: FieldErrors;
  coming: readonly number[];
  /** An edited one has sent runs already, which count. */
  isNew: boolean;
}

/** A typed count that names one of the coming times. */
const nth = (times: readonly number[], text: string): number | undefined =>
  /^\d+$/.test(text.trim()) ? times[Number(text) - 1] : undefined;

/** What a failed run stops, and after how many runs it is over. */
export function EndsSection({ draft, change, errors, coming, isNew }: Props) {
  const m = useLateMessages().ends;
  const format = useFormat();
  const stamp = useStamp(draft);
  const disabledAt = nth(coming, draft.disableAfterFailures);
  const endsAt = isNew ? nth(coming, draft.endAfterRuns) : undefined;
  return (
    <Section title={m.title}>
      <div data-pointer="/holdOnError" tabIndex={-1}>
        <FormControlLabel
          control={
            <Switch checked={draft.holdOnError} onChange={(event) => change({ holdOnError: event.target.checked })} />
          }
          label={m.hold}
        />
        <FormHelperText sx={{ mt: 0 }}>{m.holdHelp}</FormHelperText>
      </div>
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" }, gap: 1.5, alignItems: "start" }}>
        <CountField
          label={m.disableAfter}
          value={draft.disableAfterFailures}
          onChange={(disableAfterFailures) => change({ disableAfterFailures })}
          error={errors.at("/disableAfterFailures")}
          help={
            disabledAt === undefined
              ? m.disableAfterHelp
              : m.disableEffect(format.number(Number(draft.disableAfterFailures)), stamp(disabledAt))
          }
          pointer="/disableAfterFailures"
        />
        <Box sx={{ display: "flex", gap: 1, alignItems: "start", "& > :first-child": { flex: 1 } }}>
          <CountField
            label={m.endAfter}
            value={draft.endAfterRuns}
            onChange={(endAfterRuns) => change({ endAfterRuns })}
            error={errors.at("/endAfterRuns")}
            help={endsAt === undefined ? m.endAfterHelp : m.endEffect(stamp(endsAt))}
            pointer="/endAfterRuns"
          />
          <Button onClick={() => change({ endAfterRuns: "1" })} sx={{ whiteSpace: "nowrap" }}>
            {m.once}
          </Button>
        </Box>
      </Box>
    </Section>
  );
}
