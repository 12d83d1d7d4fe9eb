package io.shoal.cli.bench.wire;

import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.ClusterFolder;
import io.shoal.client.cluster.SigningKeyFile;
import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.integrity.OriginSigner;
import io.shoal.node.rate.RateLimiter;
import io.shoal.node.store.BlobStore;
import io.shoal.node.swarm.ByteSource;
import io.shoal.node.swarm.PieceFeed;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import io.shoal.node.wire.PeerTransport;
import io.shoal.node.wire.TransportConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/** The sending process: an origin that has a blob, and the same blob without an engine. */
final class Sender implements AutoCloseable {

  /** Divides every piece length; the blob is a whole number of these. */
  static final int BLOCK_BYTES = 256 << 10;

  private final BlobStore store;
  private final SwarmNode node;
  private final Torrent torrent;
  private final PeerTransport links;
  private final PlainSender plain;

  Sender(ClusterFolder folder, Path storeFolder, long blobBytes) throws Exception {
    ClusterFile cluster = ClusterFile.read(folder.clusterFile());
    OriginSigner signer = new OriginSigner(SigningKeyFile.read(folder.signingKey()));
    store = Stores.open(storeFolder);
    node = Stores.origin(cluster, signer, store);
    torrent = generate(node, blobBytes);
    links =
        PeerTransport.start(
            TransportConfig.origin(Offer.HOST, 0),
            PeerId.random(new SecureRandom()),
            PeerRole.ORIGIN,
            cluster.secret()::proof,
            new LinkSender(torrent),
            RateLimiter.unlimited(),
            RateLimiter.unlimited());
    plain = PlainSender.start(torrent.channel(), blobBytes);
  }

  private static Torrent generate(SwarmNode node, long blobBytes) throws Exception {
    Torrent torrent = inject(node, blobBytes, 1);
    feed(torrent, 1);
    torrent.completed().toCompletableFuture().get();
    return torrent;
  }

  /** Opens a blob as an origin does that has none of it yet; each seed means other bytes. */
  static Torrent inject(SwarmNode node, long blobBytes, long seed) throws IOException {
    MessageDigest hash = HashAlgorithm.SHA256.newMessageDigest();
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    for (long done = 0; done < blobBytes; done += BLOCK_BYTES) {
      hash.update(fill(block, random));
    }
    Digest digest = Digest.of(HashAlgorithm.SHA256, hash.digest());
    return node.inject(digest, PieceLayout.forBlob(blobBytes), 1);
  }

  /** As an origin gets a blob from upstream, only that it makes the bytes itself. */
  static void feed(Torrent torrent, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    for (int piece = 0; piece < torrent.layout().pieceCount(); piece++) {
      PieceFeed feed = torrent.feed(piece, ByteSource.UPSTREAM);
      while (feed.missingBytes() > 0) {
        feed.write(fill(block, random));
      }
      feed.finish();
    }
  }

  private static ByteBuffer fill(ByteBuffer block, SplittableRandom random) {
    block.clear();
    while (block.hasRemaining()) {
      block.putLong(random.nextLong());
    }
    return block.flip();
  }

  Offer offer() {
    return new Offer(
        torrent.digest(),
        torrent.layout().blobBytes(),
        node.id(),
        node.port(),
        links.port(),
        plain.port());
  }

  @Override
  public void close() throws IOException {
    plain.close();
    links.close();
    torrent.release();
    node.close();
    store.close();
  }
}
