package io.shoal.cli.bench.wire;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shoal.cli.files.DirectoryTree;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.PartialBlob;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.SwarmNodeConfig;
import io.shoal.node.swarm.Torrent;
import io.shoal.node.wire.PeerTransport;
import io.shoal.node.wire.TransportConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The receiving process: takes the blob in every mode. */
final class Receiver implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 600;

  private final ClusterFile cluster;
  private final Path folder;
  private final Offer offer;
  private final BlobStore store;
  private final List<ExecutorService> workers;

  Receiver(ClusterFolder cluster, Path folder, Offer offer) throws Exception {
    this.cluster = ClusterFile.read(cluster.clusterFile());
    this.folder = folder;
    this.offer = offer;
    this.store = Stores.open(folder.resolve("target"));
    int threads =
        SwarmNodeConfig.agent(TransportConfig.agent(Offer.HOST, 0), Stores.GRACE).workers();
    this.workers =
        IntStream.range(0, threads).mapToObj(_ -> Executors.newSingleThreadExecutor()).toList();
  }

  /** Takes the blob once; returns how long that took, in nanoseconds. */
  long run(Mode mode) throws Exception {
    long start = System.nanoTime();
    if (mode == Mode.NODE) {
      return node();
    }
    // A blob is written once: a target that is written again and again would cost less.
    PartialBlob target = store.openPartial(offer.digest(), offer.layout());
    try {
      if (mode.bare()) {
        new PlainReceiver(offer, target).run(mode);
      } else {
        link(mode, target);
      }
      target.channel().force(false);
      return System.nanoTime() - start;
    } finally {
      target.discard();
    }
  }

  private void link(Mode mode, PartialBlob target) throws Exception {
    LinkReceiver receiver = new LinkReceiver(offer, mode, target, workers);
    try (PeerTransport transport =
        PeerTransport.start(
            TransportConfig.agent(Offer.HOST, 0),
            PeerId.random(new SecureRandom()),
            PeerRole.AGENT,
            cluster.secret()::proof,
            receiver,
            RateLimiter.unlimited(),
            RateLimiter.unlimited())) {
      transport.dial(new PeerAddress(Offer.HOST, offer.linkPort()));
      receiver.done().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Opening and closing a node is not counted in the time, but in what the process uses. */
  private long node() throws Exception {
    Path fresh = folder.resolve("node");
    try (BlobStore nodeStore = Stores.open(fresh);
        SwarmNode node =
            SwarmNode.start(
                SwarmNodeConfig.agent(TransportConfig.agent(Offer.HOST, 0), Stores.GRACE),
                parts(nodeStore))) {
      long start = System.nanoTime();
      Torrent torrent = node.leech(offer.digest(), offer.layout(), 1);
      try {
        node.peersFound(offer.digest(), List.of(offer.origin()));
        torrent.want(0, offer.blobBytes());
        torrent.completed().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return System.nanoTime() - start;
      } finally {
        torrent.release();
      }
    } finally {
      DirectoryTree.delete(fresh);
    }
  }

  private SwarmNode.Parts parts(BlobStore nodeStore) {
    return new SwarmNode.Parts(
        PeerId.random(new SecureRandom()),
        PeerRole.AGENT,
        nodeStore,
        new TrustedOrigins(cluster.originKeys()),
        Optional.empty(),
        cluster.secret()::proof,
        RateLimiter.unlimited(),
        RateLimiter.unlimited(),
        new SimpleMeterRegistry(),
        Stores.QUIET);
  }

  @Override
  public void close() throws IOException {
    workers.forEach(ExecutorService::shutdownNow);
    store.close();
  }
}
