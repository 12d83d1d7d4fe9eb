package io.shoal.cli.pull;

import com.fasterxml.jackson.databind.JsonNode;
import io.shoal.core.units.ByteSize;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** A finished pull in words: how much, how long, and where the agent had the bytes from. */
public final class SourceWords {

  private SourceWords() {}

  /**
   * One line.
   *
   * @param before the agent's statistics before the pull
   * @param after the same after it; what others pulled meanwhile counts, too
   */
  public static String of(PullOutcome outcome, JsonNode before, JsonNode after) {
    StringJoiner from = new StringJoiner(", ");
    for (String source : List.of("peer", "origin", "upstream", "cache")) {
      long bytes =
          after.path("bytes").path(source).asLong() - before.path("bytes").path(source).asLong();
      if (bytes > 0) {
        from.add(
            ByteSize.format(bytes) + " from " + (source.equals("cache") ? "this disk" : source));
      }
    }
    return String.format(
        Locale.ROOT,
        "%s in %.1f s%s",
        ByteSize.format(outcome.imageBytes()),
        outcome.duration().toMillis() / 1e3,
        from.length() == 0 ? "" : ": " + from);
  }
}
