package io.shoal.agent.source;

import io.shoal.client.origin.BlobAnswer;
import io.shoal.client.origin.BlobBytes;
import io.shoal.client.origin.OriginException;
import io.shoal.client.origin.Origins;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerInfo;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.DiskFullException;
import io.shoal.node.store.StoredBlob;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import io.shoal.oci.registry.BlobContent;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.upstream.RemoteBlob;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import io.shoal.swarm.message.Priority;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens blobs for reading: from disk, else from the swarm, with origins and upstream behind it.
 * Calls block; use virtual threads. Thread-safe.
 */
public final class BlobSource {

  private static final Logger log = LoggerFactory.getLogger(BlobSource.class);

  /** Blobs up to this size come whole from one source; a swarm would cost more than it saves. */
  public static final long SMALL_BYTES = 1 << 20;

  private final BlobStore store;
  private final SwarmNode node;
  private final Origins origins;
  private final UpstreamDirectory upstreams;
  private final ManifestSource manifests;
  private final SwarmPeers peers;
  private final ByteCounts counts;
  private final Supplies supplies;
  private final LongAdder coalesced = new LongAdder();
  private final Map<Digest, ReentrantLock> fetchingSmall = new ConcurrentHashMap<>();

  /**
   * @param store this node's blobs
   * @param node this node's side of the swarms
   * @param manifests knows what manifests claim of blobs
   * @param peers where the tracker is asked
   */
  public BlobSource(
      BlobStore store,
      SwarmNode node,
      Origins origins,
      UpstreamDirectory upstreams,
      ManifestSource manifests,
      SwarmPeers peers,
      ByteCounts counts) {
    this.store = store;
    this.node = node;
    this.origins = origins;
    this.upstreams = upstreams;
    this.manifests = manifests;
    this.peers = peers;
    this.counts = counts;
    this.supplies = new Supplies(node, origins, upstreams, peers);
  }

  /** Readers that found their blob on its way for another one. */
  public long coalesced() {
    return coalesced.sum();
  }

  /** Length of a blob, if this node knows it. */
  public OptionalLong knownBytes(Digest digest) {
    Optional<StoredBlob> stored = store.find(digest);
    if (stored.isPresent()) {
      try (StoredBlob blob = stored.get()) {
        return OptionalLong.of(blob.blobBytes());
      }
    }
    Optional<Torrent> torrent = node.find(digest);
    return torrent.isPresent()
        ? OptionalLong.of(torrent.get().layout().blobBytes())
        : manifests.claimedBytes(digest);
  }

  /**
   * Completes when a blob that somebody reads has its place in the store; fails if it gets none. At
   * once where nothing is on its way, as with small blobs, which are stored before they are read.
   */
  public CompletionStage<Void> stored(Digest digest) {
    return node.find(digest)
        .map(Torrent::committed)
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /**
   * Opens a blob for reading.
   *
   * @throws OriginException if an origin says no
   * @throws UpstreamException if no origin answers and upstream says no
   */
  public BlobContent open(ContentName name, Digest digest) throws IOException, UpstreamException {
    return open(name, digest, Priority.ON_DEMAND);
  }

  /**
   * The same for a client that waits or for nobody: what is pre-warmed leaves the way to what
   * clients wait for. A blob that is being pre-warmed is raised when a client opens it.
   */
  public BlobContent open(ContentName name, Digest digest, Priority priority)
      throws IOException, UpstreamException {
    Optional<BlobContent> here = here(name, digest);
    if (here.isPresent()) {
      return here.get();
    }
    peers.wanted(digest);
    try {
      return arriving(name, digest, priority);
    } catch (IOException | UpstreamException | RuntimeException e) {
      peers.unwanted(digest);
      throw e;
    }
  }

  private BlobContent arriving(ContentName name, Digest digest, Priority priority)
      throws IOException, UpstreamException {
    node.belongs(digest, name.upstream());
    Optional<Torrent> loaded = node.find(digest).filter(Torrent::retain);
    if (loaded.isPresent()) {
      coalesced.increment();
      if (priority == Priority.ON_DEMAND) {
        loaded.get().raise();
      }
      supplies.ensure(name, loaded.get());
      return new TorrentContent(loaded.get(), passThrough(name, loaded.get().layout(), digest));
    }
    BlobAnswer answer;
    try {
      answer =
          origins.ask(
              digest,
              origin ->
                  located(
                      origin.origin(),
                      origin
                          .as(name.clientToken())
                          .open(name.upstream(), name.repository(), digest)));
    } catch (OriginException e) {
      if (e.status() < 500) {
        throw e;
      }
      return withoutOrigin(name, digest, priority, e);
    } catch (IOException e) {
      return withoutOrigin(name, digest, priority, e);
    }
    if (answer.blobBytes() <= SMALL_BYTES) {
      return small(name, digest, answer.blobBytes());
    }
    return join(
        name, digest, answer.layout(), answer.epoch(), List.of(answer.originPeer()), priority);
  }

  /** An origin that does not know its own address is where we reached it. */
  private static BlobAnswer located(URI origin, BlobAnswer answer) {
    PeerInfo peer = answer.originPeer();
    String host = peer.address().host();
    boolean anywhere = host.equals("0.0.0.0") || host.equals("::");
    if (!anywhere || origin.getHost() == null) {
      return answer;
    }
    PeerAddress address = new PeerAddress(origin.getHost(), peer.address().port());
    return new BlobAnswer(
        answer.blobBytes(),
        answer.pieceBytes(),
        answer.epoch(),
        answer.complete(),
        new PeerInfo(peer.id(), address, peer.role(), peer.locality()));
  }

  private BlobContent join(
      ContentName name,
      Digest digest,
      PieceLayout layout,
      long epoch,
      List<PeerInfo> from,
      Priority priority)
      throws IOException {
    Torrent torrent;
    try {
      torrent = node.leech(digest, layout, epoch, priority);
    } catch (DiskFullException e) {
      log.warn("{} is passed through without storing it: {}", digest.shortHex(), e.getMessage());
      return new PassThroughContent(passThrough(name, layout, digest));
    }
    node.peersFound(digest, from);
    node.peersFound(digest, peers.known(digest));
    supplies.ensure(name, torrent);
    return new TorrentContent(torrent, passThrough(name, layout, digest));
  }

  private PassThrough passThrough(ContentName name, PieceLayout layout, Digest digest) {
    return new PassThrough(origins, upstreams, counts, name, digest, layout);
  }

  /** No origin answers: the swarm may still have the blob, and upstream is behind it. */
  private BlobContent withoutOrigin(
      ContentName name, Digest digest, Priority priority, IOException why)
      throws IOException, UpstreamException {
    OptionalLong bytes = peers.blobBytes(digest);
    if (bytes.isEmpty()) {
      bytes = manifests.claimedBytes(digest);
    }
    if (bytes.isEmpty()) {
      UpstreamRegistry registry = upstreams.registry(name.reader()).orElseThrow(() -> why);
      bytes = registry.headBlob(name.repository(), digest);
    }
    if (bytes.isEmpty()) {
      throw why;
    }
    log.info("No origin answers for {}: {}", digest.shortHex(), why.getMessage());
    return bytes.getAsLong() <= SMALL_BYTES
        ? small(name, digest, bytes.getAsLong())
        : join(name, digest, PieceLayout.forBlob(bytes.getAsLong()), 0, List.of(), priority);
  }

  // Small blobs.

  private BlobContent small(ContentName name, Digest digest, long blobBytes)
      throws IOException, UpstreamException {
    ReentrantLock lock = fetchingSmall.computeIfAbsent(digest, d -> new ReentrantLock());
    lock.lock();
    try {
      Optional<BlobContent> here = here(name, digest);
      return here.isPresent() ? here.get() : fetchSmall(name, digest, blobBytes);
    } finally {
      if (!lock.hasQueuedThreads()) {
        fetchingSmall.remove(digest, lock);
      }
      lock.unlock();
    }
  }

  private BlobContent fetchSmall(ContentName name, Digest digest, long blobBytes)
      throws IOException, UpstreamException {
    byte[] content = blobBytes == 0 ? new byte[0] : readSmall(name, digest, blobBytes);
    byte[] hash = digest.algorithm().newMessageDigest().digest(content);
    if (!Digest.of(digest.algorithm(), hash).equals(digest)) {
      throw new IOException("the bytes of " + digest + " do not match it");
    }
    try {
      store.put(digest, content).close();
      peers.stored(digest, blobBytes);
    } catch (IOException e) {
      log.warn("{} is served but not kept: {}", digest.shortHex(), e.getMessage());
    }
    return new MemoryContent(content);
  }

  private byte[] readSmall(ContentName name, Digest digest, long blobBytes)
      throws IOException, UpstreamException {
    try {
      return origins.ask(
          digest,
          origin -> {
            try (BlobBytes bytes =
                origin
                    .as(name.clientToken())
                    .read(name.upstream(), name.repository(), digest, 0, blobBytes)) {
              byte[] content = bytes.readAll((int) SMALL_BYTES);
              counts.origin(name.upstream(), content.length);
              return content;
            }
          });
    } catch (OriginException e) {
      if (e.status() < 500) {
        throw e;
      }
      return smallFromUpstream(name, digest, blobBytes, e);
    } catch (IOException e) {
      return smallFromUpstream(name, digest, blobBytes, e);
    }
  }

  private byte[] smallFromUpstream(ContentName name, Digest digest, long blobBytes, IOException why)
      throws IOException, UpstreamException {
    UpstreamRegistry registry = upstreams.registry(name.reader()).orElseThrow(() -> why);
    try (RemoteBlob blob = registry.blob(name.repository(), digest, 0, OptionalLong.empty());
        InputStream bytes = blob.bytes()) {
      byte[] content = bytes.readNBytes((int) blobBytes + 1);
      counts.upstream(name.upstream(), content.length);
      return content;
    }
  }

  private Optional<BlobContent> here(ContentName name, Digest digest) {
    return store.find(digest).map(blob -> new StoredContent(blob, name.upstream(), counts));
  }
}
