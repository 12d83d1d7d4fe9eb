package io.shoal.node.store;

/** What a second look at a verified blob has shown. */
public enum Verdict {
  /** Its bytes match its digest. */
  GOOD,
  /** They do not, or cannot be read; it was dropped. */
  DROPPED,
  /** No such verified blob is here. */
  ABSENT
}
