package io.shoal.core.peer;

/**
 * A peer somebody may link to.
 *
 * @param id its identity
 * @param address where it accepts links
 * @param role what it is
 */
public record PeerInfo(PeerId id, PeerAddress address, PeerRole role) {}
