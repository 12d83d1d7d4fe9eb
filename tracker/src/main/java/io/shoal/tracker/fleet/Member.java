package io.shoal.tracker.fleet;

import io.shoal.client.tracker.AgentMessage.Hello;
import io.shoal.client.tracker.NodeStats;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerInfo;
import java.util.LinkedHashSet;
import java.util.Set;

/** A peer that holds a stream to this tracker. */
final class Member {

  final PeerInfo peer;
  final Hello hello;
  final String sourceHost;
  final long sinceNanos;
  final Set<Digest> blobs = new LinkedHashSet<>();
  long lastHeardNanos;
  NodeStats stats = NodeStats.NONE;

  Member(PeerInfo peer, Hello hello, String sourceHost, long nowNanos) {
    this.peer = peer;
    this.hello = hello;
    this.sourceHost = sourceHost;
    this.sinceNanos = nowNanos;
    this.lastHeardNanos = nowNanos;
  }
}
