package io.shoal.node.wire;

/** Why a dialled connection did not become a link. */
public enum DialFailure {
  /** No connection could be made. */
  UNREACHABLE,
  /** The other side did not speak the protocol, or was closed or silent in the handshake. */
  HANDSHAKE,
  /** The other side does not know the cluster secret, or says that we do not. */
  SECRET,
  /** One of the two processes has no room for another link; not held against the peer. */
  FULL,
  /** Another connection with the same peer exists or is being made, and is preferred. */
  DUPLICATE,
  /** The address is our own. */
  SELF,
  /** One of the two processes is shutting down. */
  SHUTTING_DOWN
}
