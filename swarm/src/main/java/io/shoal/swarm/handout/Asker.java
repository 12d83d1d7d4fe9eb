package io.shoal.swarm.handout;

import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerId;
import java.util.Set;

/**
 * A peer that wants others to link to.
 *
 * @param id who; never handed to itself
 * @param known whom it has been handed already
 * @param knownAgents how many of those are no origins
 * @param knownSeeders how many of those were seeders when it got them
 * @param locality where it stands
 */
public record Asker(
    PeerId id, Set<PeerId> known, int knownAgents, int knownSeeders, Locality locality) {}
