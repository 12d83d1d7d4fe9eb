package io.shoal.client.tracker;

import io.shoal.core.content.Digest;
import java.util.List;

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
    List<Progress> progress) {

  /** The most blobs in one heartbeat. */
  public static final int MAX_PROGRESS = 64;

  /** A peer that has nothing to tell yet. */
  public static final NodeStats NONE = new NodeStats(0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

  /** How far one blob is. */
  public record Progress(Digest digest, long blobBytes, long bytesHave) {}

  public NodeStats {
    progress = progress.stream().limit(MAX_PROGRESS).toList();
  }
}
