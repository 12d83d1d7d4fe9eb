package io.shoal.core.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the values of a label few: the first ones as they are, all others as one. Thread-safe. */
public final class LabelLimit {

  private static final String OTHER = "other";

  private final int most;
  private final Set<String> values = ConcurrentHashMap.newKeySet();

  /** Lets so many values through, about. */
  public LabelLimit(int most) {
    this.most = most;
  }

  /** The value, or {@code other} if there are too many. */
  public String of(String value) {
    if (values.size() < most) {
      values.add(value);
    }
    return values.contains(value) ? value : OTHER;
  }
}
