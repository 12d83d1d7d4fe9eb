package io.shoal.simulation;

import java.util.Locale;

/** Which policies the engines run. */
public enum SimulationPolicy {
  /** What production runs. */
  SHOAL;

  /** As it is written. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException with all names
   */
  public static SimulationPolicy parse(String text) {
    StringBuilder names = new StringBuilder();
    for (SimulationPolicy policy : values()) {
      if (policy.text().equals(text)) {
        return policy;
      }
      names.append(names.isEmpty() ? "" : ", ").append(policy.text());
    }
    throw new IllegalArgumentException("no policy '" + text + "': there are " + names);
  }
}
