import Box from "@mui/material/Box";
import { useFormat } from "../../../i18n/use-format.ts";
import { ChoiceGroup } from "./choice-group.tsx";
import { shortestGap } from "./coming-times.ts";
import { CountField } from "./count-field.tsx";
import type { Draft } from "./draft.ts";
import type { FieldErrors } from "./field-errors.ts";
import { useLateMessages } from "./late-messages.ts";
import { overlapEffect } from "./overlap-effect.ts";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: FieldErrors;
  coming: readonly number[];
  longestRunMs: number;
}

const rules = ["allow", "skip", "queue", "replace"] as const;
/** So many coming times tell how a rule works out. */
const lookedAt = 20;

/** A typed count; 1 while it is empty or none. */
const countOr1 = (text: string): number => {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? count : 1;
};

/** The overlap rule, and what it would do with the coming times if runs took longer than the time between them. */
export function OverlapFields({ draft, change, errors, coming, longestRunMs }: Props) {
  const m = useLateMessages();
  const limit = countOr1(draft.overlapLimit);
  const queue = countOr1(draft.overlapQueue);
  const supposed = useSupposed(coming, longestRunMs, draft.overlap === "allow" ? 1 : limit);
  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      <ChoiceGroup
        label={m.overlap.label}
        value={draft.overlap}
        onChange={(overlap) => change({ overlap })}
        choices={rules.map((overlap) => ({
          value: overlap,
          sentence: m.overlap.rules[overlap],
          effect: supposed?.effectOf({ overlap, limit, queue }),
        }))}
        error={errors.at("/overlap")}
        pointer="/overlap"
      >
        {supposed && <Box sx={{ fontSize: 13, mb: 0.5 }}>{supposed.text}</Box>}
      </ChoiceGroup>
      {draft.overlap !== "allow" && (
        <Box
          sx={{
            display: "grid",
            gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" },
            gap: 1.5,
            pl: { sm: 4 },
            alignItems: "start",
          }}
        >
          <CountField
            label={m.overlap.limit}
            value={draft.overlapLimit}
            onChange={(overlapLimit) => change({ overlapLimit })}
            error={errors.at("/overlapLimit")}
            help={m.overlap.limitHelp}
            pointer="/overlapLimit"
          />
          {draft.overlap === "queue" && (
            <CountField
              label={m.overlap.queue}
              value={draft.overlapQueue}
              onChange={(overlapQueue) => change({ overlapQueue })}
              error={errors.at("/overlapQueue")}
              help={m.overlap.queueHelp}
              pointer="/overlapQueue"
            />
          )}
          <Box sx={{ gridColumn: "1 / -1", fontSize: 12.5, color: "text.secondary" }}>{m.overlap.counts}</Box>
        </Box>
      )}
    </Box>
  );
}

/** How long a run is taken to last: as the longest recent one where that is too long, else half as long again as there is time. */
function useSupposed(coming: readonly number[], longestRunMs: number, limit: number) {
  const m = useLateMessages().effect;
  const format = useFormat();
  const gapMs = shortestGap(coming.slice(0, lookedAt));
  if (gapMs === undefined) return undefined;
  const roomMs = gapMs * limit;
  const isTooLong = longestRunMs > roomMs;
  const durationMs = isTooLong ? longestRunMs : Math.max(1_000, Math.round((roomMs * 1.5) / 1_000) * 1_000);
  const times = coming.slice(0, lookedAt);
  const told = [
    ...(longestRunMs > 0 ? [m.recent(format.duration(longestRunMs))] : []),
    ...(longestRunMs > 0 && !isTooLong ? [m.inTime(format.duration(gapMs))] : []),
    m.suppose(format.duration(durationMs), format.number(times.length)),
  ];
  return {
    text: told.join(m.join),
    effectOf: (policy: Parameters<typeof overlapEffect>[2]): string => {
      const effect = overlapEffect(times, durationMs, policy);
      const parts = [
        m.run(format.number(effect.finished)),
        ...(effect.atOnce > 1 ? [m.atOnce(format.number(effect.atOnce))] : []),
        ...(effect.waited > 0 ? [m.waited(format.number(effect.waited), format.duration(effect.longestWaitMs))] : []),
        ...(effect.skipped > 0 ? [m.skipped(format.number(effect.skipped))] : []),
        ...(effect.cancelled > 0 ? [m.cancelled(format.number(effect.cancelled))] : []),
      ];
      return `${parts.join(m.list)}${m.stop}`;
    },
  };
}
