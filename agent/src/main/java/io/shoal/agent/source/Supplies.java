package io.shoal.agent.source;

import io.shoal.client.origin.Origins;
import io.shoal.core.content.Digest;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.upstream.UpstreamDirectory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One watcher per torrent that somebody reads. */
final class Supplies {

  private final SwarmNode node;
  private final Origins origins;
  private final UpstreamDirectory upstreams;
  private final Set<Digest> watched = ConcurrentHashMap.newKeySet();

  Supplies(SwarmNode node, Origins origins, UpstreamDirectory upstreams) {
    this.node = node;
    this.origins = origins;
    this.upstreams = upstreams;
  }

  /** Watches over the torrent until it is verified or nobody reads it. */
  void ensure(ContentName name, Torrent torrent) {
    if (!torrent.verified() && watched.add(torrent.digest())) {
      Thread.ofVirtual()
          .name("supply-" + torrent.digest().shortHex())
          .start(() -> {
            try {
              new Supply(node, origins, upstreams, name, torrent).watch();
            } finally {
              watched.remove(torrent.digest());
            }
          });
    }
  }
}
