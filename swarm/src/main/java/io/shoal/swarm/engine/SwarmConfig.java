package io.shoal.swarm.engine;

import io.shoal.core.peer.Locality;
import java.time.Duration;

/**
 * The engine's limits and times.
 *
 * @param uploadSlots uploads at once over all torrents
 * @param extraSlots how many more may open while receivers are slow
 * @param outstandingPieces pieces a torrent has under way at once
 * @param outstandingPiecesSmall the same for torrents of few pieces
 * @param smallTorrentPieces below this many pieces a torrent is small
 * @param window pieces from the cursor among which the rarest is picked
 * @param linksPerTorrent links a torrent in progress looks for
 * @param maxLinksPerTorrent links of one torrent at which a further Join is refused
 * @param knownPeers peers remembered per torrent
 * @param lineLength places in line over all torrents; beyond, requests are rejected
 * @param queuedExtents extents one link may have waiting to be sent to it
 * @param readyHold how long an offered slot is kept for its receiver
 * @param grantIdle how long a granted slot may lie unused between two extents
 * @param holdBackFloor shortest time before an origin sends a piece again
 * @param softFloor shortest time before a late piece gets a replacement
 * @param hardFloor shortest time before a late piece is cancelled
 * @param backOff how long a peer that failed or refused is not asked
 * @param haveDelay longest time a new piece waits to be told to peers
 * @param idleLink an unused link closes after this
 * @param linksInRack how many of a torrent's links lead to peers in the same rack, if racks are
 *     known
 * @param prewarmShare how many bytes go to those for whom a client waits, for each byte of
 *     pre-warming, as long as there are both
 * @param locality where this process stands
 * @param policy how the engine decides
 */
public record SwarmConfig(
    int uploadSlots,
    int extraSlots,
    int outstandingPieces,
    int outstandingPiecesSmall,
    int smallTorrentPieces,
    int window,
    int linksPerTorrent,
    int maxLinksPerTorrent,
    int knownPeers,
    int lineLength,
    int queuedExtents,
    Duration readyHold,
    Duration grantIdle,
    Duration holdBackFloor,
    Duration softFloor,
    Duration hardFloor,
    Duration backOff,
    Duration haveDelay,
    Duration idleLink,
    int linksInRack,
    int prewarmShare,
    Locality locality,
    SwarmPolicy policy) {

  /** The same for a process that stands here. */
  public SwarmConfig in(Locality here) {
    return new SwarmConfig(
        uploadSlots,
        extraSlots,
        outstandingPieces,
        outstandingPiecesSmall,
        smallTorrentPieces,
        window,
        linksPerTorrent,
        maxLinksPerTorrent,
        knownPeers,
        lineLength,
        queuedExtents,
        readyHold,
        grantIdle,
        holdBackFloor,
        softFloor,
        hardFloor,
        backOff,
        haveDelay,
        idleLink,
        linksInRack,
        prewarmShare,
        here,
        policy);
  }

  /** The same under another policy. */
  public SwarmConfig with(SwarmPolicy other) {
    return new SwarmConfig(
        uploadSlots,
        extraSlots,
        outstandingPieces,
        outstandingPiecesSmall,
        smallTorrentPieces,
        window,
        linksPerTorrent,
        maxLinksPerTorrent,
        knownPeers,
        lineLength,
        queuedExtents,
        readyHold,
        grantIdle,
        holdBackFloor,
        softFloor,
        hardFloor,
        backOff,
        haveDelay,
        idleLink,
        linksInRack,
        prewarmShare,
        locality,
        other);
  }

  /** The defaults of an agent. */
  public static SwarmConfig agent() {
    return new SwarmConfig(
        4,
        8,
        4,
        2,
        64,
        32,
        16,
        48,
        32,
        64,
        64,
        Duration.ofMillis(50),
        Duration.ofMillis(500),
        Duration.ofMillis(50),
        Duration.ofMillis(50),
        Duration.ofSeconds(1),
        Duration.ofMillis(500),
        Duration.ofMillis(5),
        Duration.ofSeconds(60),
        10,
        15,
        Locality.UNKNOWN,
        SwarmPolicy.SHOAL);
  }

  /** The defaults of an origin: more slots and a longer line. */
  public static SwarmConfig origin() {
    SwarmConfig a = agent();
    return new SwarmConfig(
        8,
        16,
        a.outstandingPieces,
        a.outstandingPiecesSmall,
        a.smallTorrentPieces,
        a.window,
        50,
        200,
        200,
        1024,
        a.queuedExtents,
        a.readyHold,
        a.grantIdle,
        a.holdBackFloor,
        a.softFloor,
        a.hardFloor,
        a.backOff,
        a.haveDelay,
        a.idleLink,
        a.linksInRack,
        a.prewarmShare,
        a.locality,
        a.policy);
  }
}
