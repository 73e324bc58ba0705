import { Fragment } from "react";
import { Link } from "react-router-dom";

/** The ids of runs that a schedule or a person sent; a foreign one is any text, and stays what it is. */
const runId = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/** A sentence in which runs are named by their ids: each leads to its run, told by the end of its id. */
export function RunText({ text }: { text: string }) {
  const ids = text.match(runId) ?? [];
  return text.split(runId).map((part, index) => {
    const id = ids[index];
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text stand still
      <Fragment key={index}>
        {part}
        {id !== undefined && (
          <Link to={`/runs/${id}`} title={id}>
            …{id.slice(-6)}
          </Link>
        )}
      </Fragment>
    );
  });
}
