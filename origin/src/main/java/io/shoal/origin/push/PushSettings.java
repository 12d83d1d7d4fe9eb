package io.shoal.origin.push;

import io.shoal.config.Key;
import io.shoal.core.units.ByteSize;
import java.time.Duration;
import java.util.List;

/**
 * What may be pushed.
 *
 * @param mode where it goes
 * @param registries which registries take pushes
 * @param uploadTtl how long an unused upload is kept
 * @param maxUploads most uploads under way
 * @param maxBlob the longest blob
 * @param delete whether clients may delete
 */
public record PushSettings(
    @Key(
            doc =
                "off: pushes are refused. standalone: the registries below have no upstream; this"
                    + " origin is all there is of them, so its disk needs backups.",
            defaultValue = "off")
        PushMode mode,
    @Key(doc = "Names of the registries that take pushes; with mode standalone at least one.")
        List<String> registries,
    @Key(doc = "How long an upload that nobody goes on with is kept.", defaultValue = "24h")
        Duration uploadTtl,
    @Key(doc = "Most uploads under way at a time.", defaultValue = "1000") int maxUploads,
    @Key(doc = "The longest blob that is taken.", defaultValue = "64GiB") ByteSize maxBlob,
    @Key(doc = "Whether clients may delete manifests, tags and blobs.", defaultValue = "false")
        boolean delete) {

  public PushSettings {
    registries = List.copyOf(registries);
    if (mode == PushMode.STANDALONE && registries.isEmpty()) {
      // No default: a registry that is kept here is not asked at its own address any more.
      throw new IllegalArgumentException(
          "registries must name at least one, e.g. [registry.local]");
    }
    if (uploadTtl.isNegative() || uploadTtl.isZero()) {
      throw new IllegalArgumentException("uploadTtl must be more than nothing");
    }
    if (maxUploads < 1) {
      throw new IllegalArgumentException("maxUploads is at least 1");
    }
  }
}
