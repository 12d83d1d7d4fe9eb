package io.shoal.swarm.handout;

import io.shoal.core.peer.PeerInfo;

/**
 * A peer of a swarm that could be handed to another.
 *
 * @param peer who
 * @param seeder whether it has the whole blob
 */
public record Candidate(PeerInfo peer, boolean seeder) {}
