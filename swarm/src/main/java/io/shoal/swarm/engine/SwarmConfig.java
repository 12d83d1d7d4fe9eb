package io.shoal.swarm.engine;

import io.shoal.core.peer.Locality;
import java.time.Duration;

/**
 * The engine's limits and times.
 *
 * @param upload what it sends to others
 * @param request what it asks of others
 * @param link whom it is linked to
 * @param locality where this process stands
 * @param policy how the engine decides
 */
public record SwarmConfig(
    UploadLimits upload,
    RequestLimits request,
    LinkLimits link,
    Locality locality,
    SwarmPolicy policy) {

  /**
   * Limits of sending.
   *
   * @param slots uploads at once over all torrents
   * @param extraSlots how many more may open while receivers are slow
   * @param lineLength places in line over all torrents; beyond, requests are rejected
   * @param queuedExtents extents one link may have waiting to be sent to it
   * @param readyHold how long an offered slot is kept for its receiver
   * @param grantIdle how long a granted slot may lie unused between two extents
   * @param holdBackFloor shortest time before an origin sends a piece again
   * @param prewarmShare how many bytes go to those for whom a client waits, for each byte of
   *     pre-warming, as long as there are both
   */
  public record UploadLimits(
      int slots,
      int extraSlots,
      int lineLength,
      int queuedExtents,
      Duration readyHold,
      Duration grantIdle,
      Duration holdBackFloor,
      int prewarmShare) {}

  /**
   * Limits of asking.
   *
   * @param pieces pieces a torrent has under way at once
   * @param piecesSmall the same for torrents of few pieces
   * @param smallTorrent below this many pieces a torrent is small
   * @param window pieces from the cursor among which the rarest is picked
   * @param softFloor shortest time before a late piece gets a replacement
   * @param hardFloor shortest time before a late piece is cancelled
   * @param backOff how long a peer that failed or refused is not asked
   */
  public record RequestLimits(
      int pieces,
      int piecesSmall,
      int smallTorrent,
      int window,
      Duration softFloor,
      Duration hardFloor,
      Duration backOff) {}

  /**
   * Limits of links.
   *
   * @param perTorrent links a torrent in progress looks for
   * @param mostPerTorrent links of one torrent at which a further Join is refused
   * @param inRack how many of a torrent's links lead to peers in the same rack, if racks are known
   * @param knownPeers peers remembered per torrent
   * @param haveDelay longest time a new piece waits to be told to peers
   * @param idle an unused link closes after this
   */
  public record LinkLimits(
      int perTorrent,
      int mostPerTorrent,
      int inRack,
      int knownPeers,
      Duration haveDelay,
      Duration idle) {}

  private static final int IN_RACK = 10;
  private static final Duration HAVE_DELAY = Duration.ofMillis(5);
  private static final Duration IDLE_LINK = Duration.ofSeconds(60);

  /** The same for a process that stands here. */
  public SwarmConfig in(Locality here) {
    return new SwarmConfig(upload, request, link, here, policy);
  }

  /** The same under another policy. */
  public SwarmConfig with(SwarmPolicy other) {
    return new SwarmConfig(upload, request, link, locality, other);
  }

  /** The defaults of an agent. */
  public static SwarmConfig agent() {
    return of(uploads(4, 8, 64), new LinkLimits(16, 48, IN_RACK, 32, HAVE_DELAY, IDLE_LINK));
  }

  /** The defaults of an origin: more slots, a longer line and more links. */
  public static SwarmConfig origin() {
    return of(uploads(8, 16, 1024), new LinkLimits(50, 200, IN_RACK, 200, HAVE_DELAY, IDLE_LINK));
  }

  private static SwarmConfig of(UploadLimits upload, LinkLimits link) {
    RequestLimits request =
        new RequestLimits(
            4, 2, 64, 32, Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofMillis(500));
    return new SwarmConfig(upload, request, link, Locality.UNKNOWN, SwarmPolicy.SHOAL);
  }

  private static UploadLimits uploads(int slots, int extraSlots, int lineLength) {
    return new UploadLimits(
        slots,
        extraSlots,
        lineLength,
        64,
        Duration.ofMillis(50),
        Duration.ofMillis(500),
        Duration.ofMillis(50),
        15);
  }
}
