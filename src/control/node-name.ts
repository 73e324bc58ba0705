/** A worker's name towards Celery, `name@host`: as it is where it holds a host already. */
export function nodeName(name: string, host: string): string {
  return name.includes("@") ? name : `${name}@${host}`;
}
