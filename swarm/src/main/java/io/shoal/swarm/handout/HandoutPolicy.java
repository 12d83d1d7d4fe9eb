package io.shoal.swarm.handout;

import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Builds a random graph. Chance alone decides: in a crowd that arrives at once those handed out
 * least are the last that came, and to prefer them, even in a sample, makes the graph a chain in
 * order of arrival. Links are limited on both sides, which keeps the graph about regular. Seeders
 * are few in every handout, for a swarm that is sent to its first finishers waits for their
 * uplinks. Origins do not count: they choose what they send and to whom.
 *
 * <p>Not thread-safe, because of its random generator.
 */
public final class HandoutPolicy {

  /** The most agents one peer is told of. */
  public static final int MAX_KNOWN = 32;

  /** How many of them may be seeders. */
  public static final int MAX_SEEDERS = 4;

  /** How many stand in the same rack, if racks are known and there are so many. */
  public static final int NEAR = 22;

  private final RandomGenerator random;

  /** A policy that breaks ties by this generator. */
  public HandoutPolicy(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Peers to add to those the asker knows; agents first, then all origins it does not know.
   *
   * @param candidates the swarm in an order that does not change from run to run
   */
  public List<Candidate> choose(Asker asker, Collection<Candidate> candidates) {
    List<Candidate> agents = new ArrayList<>();
    List<Candidate> origins = new ArrayList<>();
    for (Candidate candidate : candidates) {
      PeerInfo peer = candidate.peer();
      if (!peer.id().equals(asker.id()) && !asker.known().contains(peer.id())) {
        (peer.role() == PeerRole.ORIGIN ? origins : agents).add(candidate);
      }
    }
    Collections.shuffle(agents, Random.from(random));
    List<Candidate> chosen = new ArrayList<>();
    int room = MAX_KNOWN - asker.knownAgents();
    int seeders = asker.knownSeeders();
    // Most from the asker's own rack, where there are enough of both kinds.
    int near = asker.locality().known() ? near(asker, agents) : 0;
    int nearRoom =
        near == 0 ? room : Math.max(room * NEAR / MAX_KNOWN, room - agents.size() + near);
    int farRoom = near == 0 ? room : room - Math.min(near, nearRoom);
    for (Candidate agent : agents) {
      boolean isNear = near == 0 || agent.peer().locality().equals(asker.locality());
      if ((isNear ? nearRoom : farRoom) <= 0) {
        continue;
      }
      if (agent.seeder() && seeders++ >= MAX_SEEDERS) {
        continue;
      }
      chosen.add(agent);
      nearRoom -= isNear ? 1 : 0;
      farRoom -= isNear ? 0 : 1;
    }
    chosen.addAll(origins);
    return chosen;
  }

  private static int near(Asker asker, List<Candidate> agents) {
    int near = 0;
    for (Candidate agent : agents) {
      near += agent.peer().locality().equals(asker.locality()) ? 1 : 0;
    }
    return near;
  }
}
