package io.shoal.agent.source;

import io.shoal.client.origin.Origins;
import io.shoal.core.content.Digest;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.upstream.UpstreamDirectory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One watcher per torrent that somebody reads. */
final class Supplies {

  private final SwarmNode node;
  private final Origins origins;
  private final UpstreamDirectory upstreams;
  private final SwarmPeers peers;
  private final Map<Digest, Supply> watched = new ConcurrentHashMap<>();

  Supplies(SwarmNode node, Origins origins, UpstreamDirectory upstreams, SwarmPeers peers) {
    this.node = node;
    this.origins = origins;
    this.upstreams = upstreams;
    this.peers = peers;
  }

  /** Watches over the torrent until it is verified or nobody reads it. */
  void ensure(ContentName name, Torrent torrent) {
    if (torrent.verified()) {
      return;
    }
    Supply mine = new Supply(node, origins, upstreams, peers, name, torrent);
    Supply others = watched.putIfAbsent(torrent.digest(), mine);
    if (others != null) {
      others.alsoFor(name);
    } else {
      Thread.ofVirtual()
          .name("supply-" + torrent.digest().shortHex())
          .start(() -> {
            try {
              mine.watch();
            } finally {
              watched.remove(torrent.digest());
            }
          });
    }
  }
}
