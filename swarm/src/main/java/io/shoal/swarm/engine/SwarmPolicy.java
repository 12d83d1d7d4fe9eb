package io.shoal.swarm.engine;

import io.shoal.swarm.choking.ChokingPolicy;
import io.shoal.swarm.choking.NoChoking;
import io.shoal.swarm.choking.TitForTat;
import io.shoal.swarm.picking.InOrder;
import io.shoal.swarm.picking.PiecePicker;
import io.shoal.swarm.picking.RandomFirst;
import io.shoal.swarm.picking.RarestInWindow;
import java.util.Locale;

/**
 * Sets of decisions to compare: what production runs, and the classic alternatives, each of which
 * differs from it in one decision (the last in two).
 */
public enum SwarmPolicy {
  /** What production runs. */
  SHOAL,
  /** Agents pick by chance. */
  RANDOM_FIRST,
  /** Agents pick the rarest piece of all, wherever their reader is. */
  RAREST_FIRST,
  /** Agents pick in order. */
  IN_ORDER,
  /** An origin sends what it is asked for, and as often. */
  DOWNLOADER_PICKS,
  /** What is under way at the end is asked of everybody who has it. */
  NAIVE_END_GAME,
  /** Who gives most is served, and one more by chance. */
  TIT_FOR_TAT,
  /** Agents pick in order, and origins send what they are asked for. */
  DOWNLOADER_PICKS_IN_ORDER;

  /** As it is written on a command line: {@code rarest-first}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads a name as {@link #text} writes it.
   *
   * @throws IllegalArgumentException with all names
   */
  public static SwarmPolicy named(String text) {
    StringBuilder names = new StringBuilder();
    for (SwarmPolicy policy : values()) {
      if (policy.text().equals(text)) {
        return policy;
      }
      names.append(names.isEmpty() ? "" : ", ").append(policy.text());
    }
    throw new IllegalArgumentException("no policy '" + text + "': there are " + names);
  }

  PiecePicker picker(int window) {
    return switch (this) {
      case RANDOM_FIRST -> new RandomFirst();
      case RAREST_FIRST -> new RarestInWindow(Integer.MAX_VALUE);
      case IN_ORDER, DOWNLOADER_PICKS_IN_ORDER -> new InOrder();
      case SHOAL, DOWNLOADER_PICKS, NAIVE_END_GAME, TIT_FOR_TAT -> new RarestInWindow(window);
    };
  }

  ChokingPolicy choking() {
    return this == TIT_FOR_TAT ? new TitForTat() : new NoChoking();
  }

  boolean originChooses() {
    return this != DOWNLOADER_PICKS && this != DOWNLOADER_PICKS_IN_ORDER;
  }

  boolean naiveEndGame() {
    return this == NAIVE_END_GAME;
  }
}
