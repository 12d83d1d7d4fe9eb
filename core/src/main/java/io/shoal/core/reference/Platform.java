package io.shoal.core.reference;

import java.util.Locale;
import java.util.Optional;

/**
 * What a program runs on, in the words of an image index.
 *
 * @param os e.g. {@code linux}
 * @param architecture in Go's words, e.g. {@code amd64}
 * @param variant of the architecture, e.g. {@code v7}
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md">image
 *     index</a>
 */
public record Platform(String os, String architecture, Optional<String> variant) {

  /**
   * Parses {@code linux/arm64} or {@code linux/arm/v7}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3 || text.contains("//") || text.endsWith("/")) {
      throw new IllegalArgumentException("no platform: '" + text + "' (write e.g. linux/arm64)");
    }
    return new Platform(
        parts[0], parts[1], parts.length == 3 ? Optional.of(parts[2]) : Optional.empty());
  }

  /** Linux on this machine's processor. */
  public static Platform own() {
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String name =
        switch (arch) {
          case "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> arch;
        };
    return new Platform("linux", name, Optional.empty());
  }

  /** Whether an image for the other one is meant by this one. */
  public boolean accepts(Platform offered) {
    return os.equals(offered.os)
        && architecture.equals(offered.architecture)
        && (variant.isEmpty() || variant.equals(offered.variant));
  }

  @Override
  public String toString() {
    return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
  }
}
