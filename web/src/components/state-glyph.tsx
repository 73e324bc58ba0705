import Box from "@mui/material/Box";
import { keyframes, useTheme } from "@mui/material/styles";
import { type StateKind, stateKind } from "../theme/states.ts";

const turn = keyframes({ to: { transform: "rotate(360deg)" } });

/** One shape per kind, legible without its colour, on a 14 by 14 grid. */
const shapes: Readonly<Record<StateKind, React.ReactNode>> = {
  succeeded: <circle cx="7" cy="7" r="5" fill="currentColor" />,
  failed: <path d="M3 3l8 8M11 3l-8 8" strokeWidth="2.4" />,
  running: (
    <>
      <circle cx="7" cy="7" r="5" strokeWidth="1.5" />
      <path d="M7 2a5 5 0 0 1 0 10z" fill="currentColor" stroke="none" />
    </>
  ),
  waiting: <circle cx="7" cy="7" r="4.6" strokeWidth="1.6" />,
  retrying: (
    <>
      <path d="M11.6 7.6A4.7 4.7 0 1 1 10.6 4" strokeWidth="1.7" />
      <path d="M11.4 1.2v3.4H8z" fill="currentColor" stroke="none" />
    </>
  ),
  held: <path d="M4.7 2.5v9M9.3 2.5v9" strokeWidth="2.4" strokeLinecap="butt" />,
  sent: <path d="M2 7h9M7.8 3.6L11.2 7l-3.4 3.4" strokeWidth="1.7" />,
  skipped: <path d="M2.5 7h9" strokeWidth="2.2" />,
  missed: (
    <>
      <path d="M7 2v6.2" strokeWidth="2.6" strokeLinecap="butt" />
      <circle cx="7" cy="11.2" r="1.5" fill="currentColor" stroke="none" />
    </>
  ),
  lost: (
    <>
      <path d="M4.2 4.6A2.8 2.8 0 1 1 7 7.6v1" strokeWidth="1.9" strokeLinecap="butt" />
      <circle cx="7" cy="11.6" r="1.3" fill="currentColor" stroke="none" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="7" cy="7" r="5" strokeWidth="1.5" />
      <path d="M3.6 10.4l6.8-6.8" strokeWidth="1.5" />
    </>
  ),
};

/** The shape and colour of a state alone; beside it there is always a word, in sight or for screen readers. */
export function StateGlyph({
  state,
  retrying = false,
  size = 14,
}: {
  state: string;
  retrying?: boolean;
  size?: number;
}) {
  const kind = retrying && state !== "running" ? "retrying" : stateKind(state);
  const { palette } = useTheme();
  return (
    <Box
      component="svg"
      aria-hidden
      viewBox="0 0 14 14"
      data-state={kind}
      sx={{
        width: size,
        height: size,
        flex: "none",
        color: palette.state[kind],
        fill: "none",
        stroke: "currentColor",
        strokeLinecap: "round",
        strokeLinejoin: "round",
        ...(kind === "running" && {
          animation: `${turn} 2.4s linear infinite`,
          "@media (prefers-reduced-motion: reduce)": { animation: "none" },
        }),
      }}
    >
      {shapes[kind]}
    </Box>
  );
}
