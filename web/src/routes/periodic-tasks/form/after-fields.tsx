import Box from "@mui/material/Box";
import { useFormat } from "../../../i18n/use-format.ts";
import { isZone } from "../../../i18n/wall-clock.ts";
import type { Draft } from "./draft.ts";
import { DurationField } from "./duration-field.tsx";
import type { FieldErrors } from "./field-errors.ts";
import { useLateMessages } from "./late-messages.ts";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: FieldErrors;
  coming: readonly number[];
}

const dayMs = 86_400_000;

/** When a run that waits too long is dropped, and one that does not end is given up. */
export function AfterFields({ draft, change, errors, coming }: Props) {
  const m = useLateMessages();
  const stamp = useStamp(draft);
  const [next] = coming;
  const abandonAfterMs = draft.abandonAfterMs ?? dayMs;
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" }, gap: 1.5, alignItems: "start" }}>
      <DurationField
        label={m.expires.label}
        value={draft.expiresMs}
        onChange={(expiresMs) => change({ expiresMs })}
        error={errors.at("/expiresMs")}
        help={
          next === undefined || draft.expiresMs === null
            ? m.expires.help
            : m.expires.effect(stamp(next), stamp(next + draft.expiresMs))
        }
        pointer="/expiresMs"
      />
      <DurationField
        label={m.abandon.label}
        value={draft.abandonAfterMs}
        onChange={(value) => change({ abandonAfterMs: value })}
        error={errors.at("/abandonAfterMs")}
        help={
          <>
            {m.abandon.help} {next !== undefined && m.abandon.effect(stamp(next), stamp(next + abandonAfterMs))}
          </>
        }
        pointer="/abandonAfterMs"
      />
    </Box>
  );
}

/** A time on the clock of the first schedule, with its offset. */
export function useStamp(draft: Draft): (at: number) => string {
  const format = useFormat();
  const zones = draft.schedules.map(({ zone }) => zone).filter(isZone);
  const [zone] = zones;
  return (at) =>
    zone === undefined ? format.shortInstant(at) : `${format.shortInstant(at, zone)} ${format.offset(at, zone)}`;
}
