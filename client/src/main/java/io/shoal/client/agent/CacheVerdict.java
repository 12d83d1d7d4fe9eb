package io.shoal.client.agent;

/** What a second look at a blob has shown. */
public enum CacheVerdict {
  /** Its bytes match its digest. */
  GOOD,
  /** They do not; it was dropped. */
  DROPPED,
  /** It is not here, or not whole. */
  ABSENT
}
