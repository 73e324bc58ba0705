import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Component, type ReactNode } from "react";
import { EmptyState } from "../components/empty-state.tsx";
import { useFrameMessages } from "./messages.ts";

interface Props {
  /** Another page starts afresh. */
  resetKey: string;
  children: ReactNode;
}

/** A page that fails to draw leaves the frame in place. */
export class PageBoundary extends Component<Props, { error: unknown; key: string }> {
  override state = { error: undefined as unknown, key: this.props.resetKey };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: { key: string }) {
    return props.resetKey === state.key ? null : { key: props.resetKey, error: undefined };
  }

  override render() {
    return this.state.error === undefined ? this.props.children : <Crashed error={this.state.error} />;
  }
}

export function Crashed({ error }: { error: unknown }) {
  const m = useFrameMessages();
  return (
    <EmptyState
      title={m.crashed.title}
      action={<Button onClick={() => window.location.reload()}>{m.crashed.reload}</Button>}
    >
      {m.crashed.text}
      <Box component="code" sx={{ display: "block", mt: 1, overflowWrap: "anywhere" }}>
        {error instanceof Error ? error.message : String(error)}
      </Box>
    </EmptyState>
  );
}
