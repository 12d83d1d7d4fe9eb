package io.shoal.swarm.handout;

import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Builds a random graph in which every peer has about as many neighbours as every other: those
 * handed out least come first, among them those that joined at about the same time, and chance
 * decides the rest. Seeders are few in every handout, for a swarm that is sent to its first
 * finishers waits for their uplinks. Origins do not count: they choose what they send and to whom.
 *
 * <p>Not thread-safe, because of its random generator.
 */
public final class HandoutPolicy {

  /** The most agents one peer is told of. */
  public static final int MAX_KNOWN = 32;

  /** How many of them may be seeders. */
  public static final int MAX_SEEDERS = 4;

  /** Peers that joined within the same two seconds are of one age. */
  private static final long AGE_STEP_NANOS = 2_000_000_000L;

  /** How many stand in the same rack, if racks are known and there are so many. */
  public static final int NEAR = 22;

  /**
   * Of so many, taken at random, the least known are handed out. Of all peers those would be the
   * last that came, and the graph a long chain of neighbours in order of arrival.
   */
  private static final int SAMPLE = 2 * MAX_KNOWN;

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
    agents = sample(asker, agents);
    agents.sort(
        Comparator.comparingInt(Candidate::handedOut)
            .thenComparingLong(
                c -> Math.abs(c.joinedNanos() - asker.joinedNanos()) / AGE_STEP_NANOS));
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

  /** Some of each kind: in the rack of the asker, if that is known, and elsewhere. */
  private List<Candidate> sample(Asker asker, List<Candidate> agents) {
    Collections.shuffle(agents, Random.from(random));
    List<Candidate> sample = new ArrayList<>();
    int near = 0;
    int far = 0;
    for (Candidate agent : agents) {
      boolean isNear = asker.locality().known() && agent.peer().locality().equals(asker.locality());
      if ((isNear ? near++ : far++) < SAMPLE) {
        sample.add(agent);
      }
    }
    return sample;
  }

  private static int near(Asker asker, List<Candidate> agents) {
    int near = 0;
    for (Candidate agent : agents) {
      near += agent.peer().locality().equals(asker.locality()) ? 1 : 0;
    }
    return near;
  }
}
