package io.shoal.swarm.message;

/** Why a request or a link is refused. The wire code is the ordinal; append only. */
public enum RejectReason {
  /** The sender does not have the piece. */
  MISSING,
  /** The origin holds the piece back: peers have it. */
  ASK_PEERS,
  /** Too many places are taken. */
  LINE_FULL,
  /** The process has no room for another link; not held against it. */
  FULL,
  /** The request makes no sense: unknown torrent, extent out of range. */
  BAD_REQUEST,
  /** The request was cancelled by the requester. */
  CANCELLED,
  /** The sender is shutting down. */
  SHUTTING_DOWN,
  /** The bytes could not be read. */
  READ_FAILED
}
