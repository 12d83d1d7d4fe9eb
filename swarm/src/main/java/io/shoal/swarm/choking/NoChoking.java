package io.shoal.swarm.choking;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * First come, first served: all agents of a cluster belong to one owner, so that nobody has to be
 * made to give in order to get.
 */
public record NoChoking() implements ChokingPolicy {

  @Override
  public Optional<Set<Integer>> unchoked(
      List<Interested> peers, int slots, RandomGenerator random) {
    return Optional.empty();
  }
}
