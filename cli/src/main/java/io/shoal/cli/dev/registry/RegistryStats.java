package io.shoal.cli.dev.registry;

import java.util.Map;

/**
 * What the built-in registry has sent so far, as JSON under {@link BuiltInRegistry#STATS_PATH}.
 *
 * @param blobBytesSent bytes of all blob bodies; manifests are not counted
 * @param blobs the same by digest
 */
public record RegistryStats(long blobBytesSent, Map<String, Long> blobs) {
  public RegistryStats {
    blobs = Map.copyOf(blobs);
  }
}
