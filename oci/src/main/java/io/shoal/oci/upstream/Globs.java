package io.shoal.oci.upstream;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names that may contain {@code *} for any run of characters. */
final class Globs {

  private final List<Pattern> patterns;

  Globs(List<String> globs) {
    patterns = globs.stream().map(Globs::pattern).toList();
  }

  boolean isEmpty() {
    return patterns.isEmpty();
  }

  /** Whether one of them is this name, or matches it. */
  boolean match(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return patterns.stream().anyMatch(pattern -> pattern.matcher(lower).matches());
  }

  private static Pattern pattern(String glob) {
    return Pattern.compile(
        Arrays.stream(glob.toLowerCase(Locale.ROOT).split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }
}
