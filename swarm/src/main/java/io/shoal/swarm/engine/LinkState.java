package io.shoal.swarm.engine;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.TreeMap;

/** What the engine knows about one open link. */
final class LinkState {

  final int id;
  final PeerInfo peer;
  final TreeMap<Digest, LinkTorrent> torrents = new TreeMap<>();
  final LinkedHashMap<Integer, LinkTorrent> byTheirNumber = new LinkedHashMap<>();
  final LinkedHashMap<Integer, OpenRequest> open = new LinkedHashMap<>();

  /** Extents granted to the peer that the shell has no room for yet. */
  final ArrayDeque<Outgoing.Waiting> outbox = new ArrayDeque<>();

  /** Extents handed to the shell and not yet sent. */
  int sendings;

  final RateMeter download = new RateMeter();

  /** Bytes that came from the peer, and those of them that came before the choking round. */
  long receivedBytes;

  long receivedBeforeRound;
  long usedNanos;
  private int nextRequestId;

  LinkState(int id, PeerInfo peer, long nowNanos) {
    this.id = id;
    this.peer = peer;
    this.usedNanos = nowNanos;
  }

  boolean isOrigin() {
    return peer.role() == PeerRole.ORIGIN;
  }

  int newRequestId() {
    nextRequestId = (nextRequestId + 1) & 0x7fffffff;
    return nextRequestId;
  }

  /** Bytes asked for and not yet here. */
  long bytesAhead() {
    long bytes = 0;
    for (OpenRequest request : open.values()) {
      bytes += request.cancelled ? 0 : request.length;
    }
    return bytes;
  }
}
