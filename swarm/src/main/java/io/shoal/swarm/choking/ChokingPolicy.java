package io.shoal.swarm.choking;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Decides, round by round, which of those who wait are served. Stateless. */
public interface ChokingPolicy {

  /**
   * A peer that waits for a slot or has one.
   *
   * @param link its link
   * @param receivedBytes what came from it since the last round
   */
  record Interested(int link, long receivedBytes) {}

  /**
   * The links served until the next round; empty if everybody is.
   *
   * @param slots uploads at once
   */
  Optional<Set<Integer>> unchoked(List<Interested> peers, int slots, RandomGenerator random);
}
