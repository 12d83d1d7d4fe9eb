package io.shoal.oci.upstream;

/** Whose rights decide what is read from a registry. */
public enum UpstreamMode {
  /** Nobody's: only what anybody may read. */
  PUBLIC,
  /** The client's: his own token decides, and travels to the registry. */
  RELAY,
  /** The configured login's; whoever can reach this service may then read what it may read. */
  CREDENTIALS
}
