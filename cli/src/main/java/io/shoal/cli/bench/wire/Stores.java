package io.shoal.cli.bench.wire;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoreLimits;
import io.shoal.node.swarm.SwarmListener;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.SwarmNodeConfig;
import io.shoal.node.swarm.Torrent;
import io.shoal.node.wire.TransportConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/** What both sides give their nodes. */
final class Stores {

  static final Duration GRACE = Duration.ofSeconds(1);

  /** There is no tracker to tell anything. */
  static final SwarmListener QUIET =
      new SwarmListener() {
        @Override
        public void needPeers(Digest digest) {}

        @Override
        public void changed(Torrent torrent) {}

        @Override
        public void unloaded(Digest digest) {}

        @Override
        public void misbehaved(PeerId peer, Digest digest, String reason) {
          throw new IllegalStateException("a piece did not match: " + reason);
        }
      };

  private static final StoreLimits LIMITS =
      new StoreLimits(Optional.empty(), 0.95, 0.01, 0.95, 0.85, Duration.ofHours(24));

  private Stores() {}

  static BlobStore open(Path folder) throws IOException {
    return BlobStore.open(folder, LIMITS, new SimpleMeterRegistry());
  }

  /** A node as an origin has it, which nobody limits. */
  static SwarmNode origin(ClusterFile cluster, OriginSigner signer, BlobStore store)
      throws IOException {
    return SwarmNode.start(
        SwarmNodeConfig.origin(TransportConfig.origin(Offer.HOST, 0), GRACE),
        new SwarmNode.Parts(
            PeerId.random(new SecureRandom()),
            PeerRole.ORIGIN,
            store,
            new TrustedOrigins(cluster.originKeys()),
            Optional.of(signer),
            cluster.secret()::proof,
            RateLimiter.unlimited(),
            RateLimiter.unlimited(),
            new SimpleMeterRegistry(),
            QUIET));
  }
}
