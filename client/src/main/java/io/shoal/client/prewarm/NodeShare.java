package io.shoal.client.prewarm;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of nodes, {@code 50}, or a part of those that were selected, {@code 10%}.
 *
 * @param amount nodes or percent, at least 1
 * @param percent which of the two
 */
public record NodeShare(int amount, boolean percent) {

  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,6})(%?)");

  public NodeShare {
    if (amount < 1 || (percent && amount > 100)) {
      throw new IllegalArgumentException("neither a number of nodes nor 1% to 100%: " + amount);
    }
  }

  /**
   * Parses {@code 50} or {@code 10%}.
   *
   * @throws IllegalArgumentException with a text that shows how to write one
   */
  @JsonCreator
  public static NodeShare parse(String text) {
    Matcher m = FORM.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "neither a number of nodes nor a percentage: '" + text + "' (write e.g. 50 or 10%)");
    }
    return new NodeShare(Integer.parseInt(m.group(1)), !m.group(2).isEmpty());
  }

  /** How many that is of so many nodes: at least one, and rounded up, if there are any. */
  public int of(int nodes) {
    int wanted = percent ? (int) ((nodes * (long) amount + 99) / 100) : amount;
    return Math.min(nodes, wanted);
  }

  @JsonValue
  @Override
  public String toString() {
    return amount + (percent ? "%" : "");
  }
}
