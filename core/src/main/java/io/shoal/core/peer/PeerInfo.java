package io.shoal.core.peer;

/**
 * A peer somebody may link to.
 *
 * @param id its identity
 * @param address where it accepts links
 * @param role what it is
 * @param locality where it stands
 */
public record PeerInfo(PeerId id, PeerAddress address, PeerRole role, Locality locality) {

  /** A peer of which nobody told where it stands. */
  public PeerInfo(PeerId id, PeerAddress address, PeerRole role) {
    this(id, address, role, Locality.UNKNOWN);
  }
}
