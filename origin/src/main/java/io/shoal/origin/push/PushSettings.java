package io.shoal.origin.push;

import io.shoal.config.Key;
import io.shoal.core.units.ByteSize;
import io.shoal.oci.upstream.UpstreamNames;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What may be pushed.
 *
 * @param registries which registries take pushes, and where these go
 * @param uploadTtl how long an unused upload is kept
 * @param maxUploads most uploads under way
 * @param maxBlob the longest blob
 * @param delete whether clients may delete
 * @param maxWaiting most blobs and manifests on their way to a registry
 * @param longestPause between two attempts to bring one there
 */
public record PushSettings(
    @Key(
            doc =
                "Registries that take pushes, by host; none by default. They must also be among"
                    + " those that may be asked (upstreams).")
        Map<String, PushTarget> registries,
    @Key(doc = "How long an upload that nobody goes on with is kept.", defaultValue = "24h")
        Duration uploadTtl,
    @Key(doc = "Most uploads under way at a time.", defaultValue = "1000") int maxUploads,
    @Key(doc = "The longest blob that is taken.", defaultValue = "64GiB") ByteSize maxBlob,
    @Key(doc = "Whether clients may delete manifests, tags and blobs.", defaultValue = "false")
        boolean delete,
    @Key(
            doc =
                "With mode back: most blobs and manifests that wait for their registry; further"
                    + " pushes are answered with 503.",
            defaultValue = "10000")
        int maxWaiting,
    @Key(
            doc =
                "With mode back: the longest pause between two attempts, which begin at a second"
                    + " and double.",
            defaultValue = "5m")
        Duration longestPause) {

  public PushSettings {
    registries = Map.copyOf(registries);
    if (uploadTtl.isNegative() || uploadTtl.isZero()) {
      throw new IllegalArgumentException("uploadTtl must be more than nothing");
    }
    if (maxUploads < 1 || maxWaiting < 1) {
      throw new IllegalArgumentException("maxUploads and maxWaiting are at least 1");
    }
    if (longestPause.isNegative() || longestPause.isZero()) {
      throw new IllegalArgumentException("longestPause must be more than nothing");
    }
  }

  /** The normal names of the registries whose pushes go there. */
  public Set<String> registriesIn(PushMode mode) {
    return registries.entrySet().stream()
        .filter(entry -> entry.getValue().mode() == mode)
        .map(entry -> UpstreamNames.normal(entry.getKey()))
        .collect(Collectors.toUnmodifiableSet());
  }
}
