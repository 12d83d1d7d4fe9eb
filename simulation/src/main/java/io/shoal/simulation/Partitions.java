package io.shoal.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Times during which some nodes see only each other. */
final class Partitions {

  private record Cut(Set<SimNode> apart, long from, long to) {}

  private final List<Cut> cuts = new ArrayList<>();

  void add(Set<SimNode> apart, long from, long to) {
    cuts.add(new Cut(apart, from, to));
  }

  /** When the two see each other again; {@code now} if they do. */
  long healed(SimNode a, SimNode b, long now) {
    long healed = now;
    for (Cut cut : cuts) {
      if (cut.from <= now && now < cut.to && cut.apart.contains(a) != cut.apart.contains(b)) {
        healed = Math.max(healed, cut.to);
      }
    }
    return healed;
  }

  /** Whether the node sees trackers, which stand with the majority. */
  boolean seesTrackers(SimNode node, long now) {
    for (Cut cut : cuts) {
      if (cut.from <= now && now < cut.to && cut.apart.contains(node)) {
        return false;
      }
    }
    return true;
  }
}
