const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** The names that serve where none are set: this machine's, and `host` where that is a name or one address. */
export function defaultHosts(host: string): readonly string[] {
  const everywhere = host === "0.0.0.0" || host === "::" || host === "";
  return everywhere ? LOCAL_HOSTS : [...LOCAL_HOSTS, host.includes(":") ? `[${host}]` : host];
}

/**
 * Whether a Host header names one of the allowed hosts, on any port. Without it a page whose name was made to resolve to this
 * address could speak to the admin as if it were the admin's own (DNS rebinding).
 */
export function isAllowedHost(header: string, allowed: readonly string[]): boolean {
  const [, name] = /^(\[[0-9a-f:.]+\]|[^:\s/@]+)(?::\d{1,5})?$/i.exec(header) ?? [];
  if (name === undefined) return false;
  const host = name.toLowerCase().replace(/\.$/, "");
  return allowed.some((pattern) => {
    const wanted = pattern.toLowerCase();
    if (wanted === "*") return true;
    if (wanted.startsWith("*.")) return host.endsWith(wanted.slice(1)) && host.length > wanted.length - 1;
    return host === wanted;
  });
}
