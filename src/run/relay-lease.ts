/** How long runs are one relay's to publish. */
export const RELAY_LEASE_MS = 5_000;
