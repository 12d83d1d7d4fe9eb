package io.shoal.client.tracker;

import io.shoal.core.content.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a peer reports with every heartbeat. Counters run from its start.
 *
 * @param upstreamBytes received from the central registry
 * @param originBytes received from origins
 * @param peerBytes received from other peers
 * @param cacheBytes served to clients from its own disk
 * @param uploadedBytes sent to other peers
 * @param blobs whole blobs in its store
 * @param storedBytes bytes in its store
 * @param uploadRateBytes bytes per second to peers, lately
 * @param downloadRateBytes bytes per second from all sources, lately
 * @param progress blobs on their way, at most {@link #MAX_PROGRESS}
 * @param undelivered what was pushed to it and its registries do not have yet, if there is some
 */
public record NodeStats(
    long upstreamBytes,
    long originBytes,
    long peerBytes,
    long cacheBytes,
    long uploadedBytes,
    long blobs,
    long storedBytes,
    long uploadRateBytes,
    long downloadRateBytes,
    List<Progress> progress,
    Optional<Undelivered> undelivered) {

  /** The most blobs in one heartbeat. */
  public static final int MAX_PROGRESS = 64;

  /** A peer that has nothing to tell yet. */
  public static final NodeStats NONE =
      new NodeStats(0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), Optional.empty());

  /** How far one blob is. */
  public record Progress(Digest digest, long blobBytes, long bytesHave) {}

  /**
   * Pushes that wait at an origin.
   *
   * @param count blobs and manifests
   * @param oldest how long the first of them has waited
   * @param problem why it could not be delivered the last time
   */
  public record Undelivered(int count, Duration oldest, Optional<String> problem) {}

  public NodeStats {
    progress = progress.stream().limit(MAX_PROGRESS).toList();
  }
}
