import Box from "@mui/material/Box";
import { Fragment } from "react";
import { useFormat } from "../i18n/use-format.ts";
import { mono } from "../theme/theme.ts";
import { diffValues } from "./diff-values.ts";
import { withDots } from "./sealed.ts";

interface Props {
  before: unknown;
  after: unknown;
  labels: { before: string; after: string; none: string };
  /** Keys at the root that say nothing to a reader, such as a version. */
  omit?: readonly string[];
  /** What a place is called; default: its keys as they are. */
  nameOf?: (path: readonly (string | number)[]) => string;
}

const keysOf = (path: readonly (string | number)[]) => path.join(" › ");

/** Values named so are instants, which nobody reads as milliseconds. */
const isInstant = (key: string | number | undefined, value: unknown): value is number =>
  typeof key === "string" && key.endsWith("At") && typeof value === "number";

const isDuration = (key: string | number | undefined, value: unknown): value is number =>
  typeof key === "string" && key.endsWith("Ms") && typeof value === "number";

/** The text of a value that is found under the key. */
function useTextOf(): (value: unknown, key: string | number | undefined) => string {
  const format = useFormat();
  return (value, key) => {
    if (value === undefined) return "–";
    if (isInstant(key, value)) return `${format.instant(value)} ${format.offset(value)}`;
    if (isDuration(key, value)) return format.duration(value);
    const shown = withDots(value);
    return typeof shown === "string" ? shown : JSON.stringify(shown, null, 1);
  };
}

/** Two values, reduced to what differs, side by side. */
export function ValueDiff({ before, after, labels, omit = [], nameOf = keysOf }: Props) {
  const textOf = useTextOf();
  const differences = diffValues(before ?? {}, after ?? {}).filter(({ path }) => !omit.includes(String(path[0])));
  if (differences.length === 0) return <Box sx={{ color: "text.secondary" }}>{labels.none}</Box>;
  const cell = {
    p: 0.75,
    overflowWrap: "anywhere",
    whiteSpace: "pre-wrap",
    fontFamily: mono,
    fontSize: 12.5,
    minWidth: 0,
  } as const;
  const head = { ...cell, fontFamily: "inherit", color: "text.secondary", fontWeight: 500 } as const;
  return (
    <Box
      sx={{
        display: "grid",
        gridTemplateColumns: {
          xs: "minmax(0, 1fr) minmax(0, 1fr)",
          sm: "minmax(90px, 0.6fr) minmax(0, 1fr) minmax(0, 1fr)",
        },
        border: 1,
        borderColor: "rule",
        borderRadius: 1,
        overflow: "hidden",
      }}
    >
      <Box sx={{ ...head, display: { xs: "none", sm: "block" } }} />
      <Box sx={head}>{labels.before}</Box>
      <Box sx={head}>{labels.after}</Box>
      {differences.map((difference) => {
        const name = nameOf(difference.path);
        return (
          <Fragment key={keysOf(difference.path)}>
            <Box
              sx={{
                ...cell,
                gridColumn: { xs: "1 / -1", sm: "auto" },
                borderTop: 1,
                borderColor: "rule",
                color: "text.secondary",
              }}
            >
              {name}
            </Box>
            <Box
              component="del"
              sx={{
                ...cell,
                borderTop: { sm: 1 },
                borderColor: { sm: "rule" },
                bgcolor: "sunken",
                textDecoration: difference.before === undefined ? "none" : undefined,
              }}
            >
              {textOf(difference.before, difference.path.at(-1))}
            </Box>
            <Box
              component="ins"
              sx={{
                ...cell,
                borderTop: { sm: 1 },
                borderColor: { sm: "rule" },
                textDecoration: "none",
                fontWeight: 600,
              }}
            >
              {textOf(difference.after, difference.path.at(-1))}
            </Box>
          </Fragment>
        );
      })}
    </Box>
  );
}
