package io.shoal.node.store;

/** What came of the request to delete a blob. */
public enum Deletion {
  /** It is gone. */
  DELETED,
  /** It was not here. */
  ABSENT,
  /** Somebody reads, sends or writes it. */
  IN_USE,
  /** It is pinned. */
  PINNED
}
