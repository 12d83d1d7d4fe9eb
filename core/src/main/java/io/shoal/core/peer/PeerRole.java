package io.shoal.core.peer;

/** What kind of process a peer is. */
public enum PeerRole {
  /** A node's agent: downloads what its clients ask for and shares it. */
  AGENT,
  /** An origin: the first source of a blob; chooses the pieces it sends. */
  ORIGIN
}
