package io.shoal.swarm.choking;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * BitTorrent's choking (BEP 3): the peers that gave most since the last round are served, and one
 * more whatever it gave, by chance.
 */
public record TitForTat() implements ChokingPolicy {

  @Override
  public Optional<Set<Integer>> unchoked(
      List<Interested> peers, int slots, RandomGenerator random) {
    List<Interested> order = new ArrayList<>(peers);
    Collections.shuffle(order, Random.from(random));
    order.sort(Comparator.comparingLong(Interested::receivedBytes).reversed());
    Set<Integer> served = new LinkedHashSet<>();
    for (Interested peer : order.subList(0, Math.min(slots - 1, order.size()))) {
      served.add(peer.link());
    }
    if (order.size() >= slots) {
      List<Interested> others = order.subList(slots - 1, order.size());
      served.add(others.get(random.nextInt(others.size())).link());
    }
    return Optional.of(served);
  }
}
