import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Skeleton from "@mui/material/Skeleton";
import { useFormat } from "../../i18n/use-format.ts";
import { useModels } from "../../services/models.ts";
import { usePermissions } from "../../services/people.ts";
import type { PermissionView } from "../../services/wire.ts";
import { usePeopleMessages } from "./messages.ts";

interface Props {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  /** The names of the groups that give a permission already. */
  givenBy?: (code: string) => readonly string[];
  isDisabled?: boolean;
}

/** `runs.cancel` belongs to `runs`, `model.tapp_a.counter.view` to `model.tapp_a.counter`. */
const areaOf = (code: string): string => code.slice(0, code.lastIndexOf("."));

/** Permissions in words, by what they are about. */
export function PermissionPicker({ chosen, onChange, givenBy = () => [], isDisabled = false }: Props) {
  const m = usePeopleMessages();
  const format = useFormat();
  const { data: known } = usePermissions();
  const { data: models } = useModels();
  if (!known) return <Skeleton variant="rounded" height={200} />;
  // What an app gave that is away now stays as it is.
  const unknown = chosen.filter((code) => !known.some((one) => one.code === code));
  const all: readonly PermissionView[] = [
    ...known,
    ...unknown.map((code) => ({ code, label: { en: code, ja: code } })),
  ];
  const areas = Map.groupBy(all, ({ code }) => areaOf(code));
  const titleOf = (area: string): string => {
    const own: Readonly<Record<string, string>> = m.areas;
    const model = models?.find(({ name }) => `model.${name}` === area);
    return own[area] ?? (model ? format.text(model.labelPlural) : area.replace(/^model\./, ""));
  };
  const has = new Set(chosen);
  const set = (codes: readonly string[], isOn: boolean) => {
    const next = new Set(chosen);
    for (const code of codes) isOn ? next.add(code) : next.delete(code);
    onChange([...next]);
  };
  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      {[...areas].map(([area, permissions]) => {
        const codes = permissions.map(({ code }) => code);
        const isAll = codes.every((code) => has.has(code));
        return (
          <Box component="fieldset" key={area} sx={{ m: 0, p: 0, border: 0, minWidth: 0 }} disabled={isDisabled}>
            <Box
              component="legend"
              sx={{ p: 0, display: "flex", alignItems: "center", gap: 1, fontSize: 13, fontWeight: 600 }}
            >
              {titleOf(area)}
              {codes.length > 1 && (
                <Button
                  variant="text"
                  disabled={isDisabled}
                  onClick={() => set(codes, !isAll)}
                  sx={{ minHeight: 24, py: 0, minWidth: 0, fontSize: 12.5, color: "text.secondary" }}
                >
                  {isAll ? m.none : m.all}
                </Button>
              )}
            </Box>
            {permissions.map(({ code, label }) => {
              const groups = givenBy(code);
              return (
                <FormControlLabel
                  key={code}
                  sx={{ display: "flex", alignItems: "flex-start", mr: 0 }}
                  control={
                    <Checkbox
                      checked={has.has(code) || groups.length > 0}
                      disabled={isDisabled || (groups.length > 0 && !has.has(code))}
                      onChange={(event) => set([code], event.target.checked)}
                      sx={{ py: 0.5 }}
                    />
                  }
                  label={
                    <Box sx={{ pt: 0.375 }}>
                      {format.text(label)}
                      {groups.length > 0 && (
                        <Box component="span" sx={{ color: "text.secondary", fontSize: 12.5 }}>
                          {" "}
                          · {m.fromGroup(groups.join(", "))}
                        </Box>
                      )}
                    </Box>
                  }
                />
              );
            })}
          </Box>
        );
      })}
    </Box>
  );
}
