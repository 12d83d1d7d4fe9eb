package io.shoal.oci.upstream;

import io.shoal.config.Key;
import java.time.Duration;

/**
 * How long upstream's word about a client's right counts, with mode relay.
 *
 * @param proofTtl until it is asked again
 * @param graceDuringOutage while it cannot be asked
 */
public record AuthConfig(
    @Key(
            doc =
                "With mode relay: how long a client's token counts as accepted for a repository"
                    + " before upstream is asked again.",
            defaultValue = "60s")
        Duration proofTtl,
    @Key(
            doc =
                "With mode relay: how long an accepted token counts while upstream cannot be asked."
                    + " After that, private images are answered with 503.",
            defaultValue = "15m")
        Duration graceDuringOutage) {

  public AuthConfig {
    if (proofTtl.isNegative() || graceDuringOutage.compareTo(proofTtl) < 0) {
      throw new IllegalArgumentException(
          "proofTtl is not negative, and graceDuringOutage is no shorter: "
              + proofTtl
              + ", "
              + graceDuringOutage);
    }
  }
}
