package io.shoal.origin.fetch;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.units.ByteSize;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.StoredBlob;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import io.shoal.origin.upstream.BlobRef;
import io.shoal.origin.upstream.KeptRepository;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.origin.upstream.Upstreams;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/**
 * The blobs of this origin. One that is not here is fetched from upstream, once, however many ask
 * for it. Blocks, so it is for virtual threads. Thread-safe.
 */
public final class BlobFetches implements AutoCloseable {

  private static final int OPEN_ATTEMPTS = 4;
  private static final int STORED_POLLS = 30_000;
  private static final Duration STORED_POLL = Duration.ofMillis(2);
  private static final Duration END_LIMIT = Duration.ofSeconds(2);

  private final FetchSettings settings;
  private final BlobStore store;
  private final SwarmNode node;
  private final Upstreams upstreams;
  private final UpstreamBudget budget;
  private final LongConsumer received;
  private final Map<Digest, Fetch> running = new ConcurrentHashMap<>();
  private final LongAdder coalesced = new LongAdder();
  private volatile boolean closed;

  BlobFetches(
      FetchSettings settings,
      BlobStore store,
      SwarmNode node,
      Upstreams upstreams,
      UpstreamBudget budget,
      LongConsumer received) {
    this.settings = settings;
    this.store = store;
    this.node = node;
    this.upstreams = upstreams;
    this.budget = budget;
    this.received = received;
  }

  /**
   * The blobs of an origin.
   *
   * @param parallelRanges ranges of one blob at the same time
   * @param rangeBytes length of a range, rounded up to whole pieces
   * @param spool folder for blobs whose length upstream does not say
   * @param received told of every byte from upstream
   */
  public static BlobFetches create(
      int parallelRanges,
      ByteSize rangeBytes,
      Path spool,
      BlobStore store,
      SwarmNode node,
      Upstreams upstreams,
      UpstreamBudget budget,
      LongConsumer received) {
    // The clock, so that a restarted origin does not sign under an epoch that it gave up.
    AtomicLong last = new AtomicLong();
    FetchSettings settings =
        new FetchSettings(
            parallelRanges,
            rangeBytes.bytes(),
            spool,
            Thread::sleep,
            () -> last.updateAndGet(e -> Math.max(e + 1, System.currentTimeMillis())));
    return new BlobFetches(settings, store, node, upstreams, budget, received);
  }

  /**
   * Holds a blob for a reader; begins to fetch it if nobody has. Returns when its length is known.
   */
  public LocalBlob open(BlobRef ref) throws OriginFailure, InterruptedException {
    requireMember(ref);
    for (int attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
      Optional<LocalBlob> here = here(ref.digest());
      if (here.isPresent()) {
        return here.get();
      }
      Fetch fetch = fetch(ref);
      Optional<Torrent> torrent = fetch.awaitOpened();
      if (torrent.isPresent() && torrent.get().retain()) {
        return new LoadedLocal(torrent.get(), fetch.waiting());
      }
      if (torrent.isPresent()) {
        // It was given up a moment ago: the next fetch begins when this one is out of the way.
        fetch.awaitEnd(END_LIMIT);
      }
    }
    throw OriginFailure.of(OriginReason.UNAVAILABLE, ref.digest() + " is evicted at once again");
  }

  /** A blob's length, without fetching it. */
  public long blobBytes(BlobRef ref) throws OriginFailure {
    requireMember(ref);
    Optional<LocalBlob> here = here(ref.digest());
    if (here.isPresent()) {
      try (LocalBlob blob = here.get()) {
        return blob.layout().blobBytes();
      }
    }
    Optional<Torrent> arriving = node.find(ref.digest());
    if (arriving.isPresent()) {
      return arriving.get().layout().blobBytes();
    }
    UpstreamRegistry registry = upstreams.registry(ref.repository());
    try {
      OptionalLong length = registry.headBlob(ref.repository().repository(), ref.digest());
      return length.orElseThrow(() ->
          OriginFailure.of(OriginReason.UPSTREAM_FAILED, "upstream does not tell how long it is"));
    } catch (UpstreamException e) {
      throw e.isOutage() && upstreams.undelivered().accepts(ref.repository())
          ? unknown(ref)
          : OriginFailure.of(e);
    }
  }

  /**
   * Keeps a blob whose bytes are known to be those of its digest, and has it ready for the swarm.
   * When this returns it is on the disk for good.
   *
   * @param content the bytes, from the beginning of the file
   */
  public void keep(Digest digest, FileChannel content, long blobBytes)
      throws IOException, InterruptedException {
    if (store.find(digest).map(BlobFetches::isThere).orElse(false)) {
      return;
    }
    Spool bytes = new Spool(content, blobBytes);
    if (blobBytes <= Fetch.SMALL_BYTES) {
      store.put(digest, bytes.content()).close();
      return;
    }
    Torrent torrent =
        node.inject(digest, PieceLayout.forBlob(blobBytes), settings.epochs().getAsLong());
    try {
      bytes.feed(torrent);
      torrent.completed().toCompletableFuture().get();
      awaitStored(digest);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } finally {
      torrent.release();
    }
  }

  private static boolean isThere(StoredBlob blob) {
    blob.close();
    return true;
  }

  /** A torrent is complete a moment before its bytes are forced to the disk. */
  private void awaitStored(Digest digest) throws IOException, InterruptedException {
    for (int poll = 0; !store.find(digest).map(BlobFetches::isThere).orElse(false); poll++) {
      if (poll == STORED_POLLS || closed) {
        throw new IOException(digest + " could not be stored");
      }
      settings.pause().pause(STORED_POLL);
    }
  }

  private void requireMember(BlobRef ref) throws OriginFailure {
    Optional<KeptRepository> kept = upstreams.kept(ref.repository());
    if (kept.isPresent() && !kept.get().hasBlob(ref.digest())) {
      throw unknown(ref);
    }
  }

  private static OriginFailure unknown(BlobRef ref) {
    return OriginFailure.of(
        OriginReason.NOT_FOUND, ref.digest() + " is not in " + ref.repository());
  }

  /** The blob, if it is complete: in the store, or on its way there. */
  private Optional<LocalBlob> here(Digest digest) {
    Optional<StoredBlob> stored = store.find(digest);
    if (stored.isPresent()) {
      return Optional.of(new StoredLocal(stored.get()));
    }
    return node.find(digest)
        .filter(torrent -> torrent.verified() && torrent.retain())
        .map(torrent -> new LoadedLocal(torrent, new Waiting()));
  }

  private Fetch fetch(BlobRef ref) throws OriginFailure {
    if (upstreams.kept(ref.repository()).isPresent()) {
      throw unknown(ref);
    }
    UpstreamRegistry registry = upstreams.registry(ref.repository());
    Fetch known = running.get(ref.digest());
    if (known != null) {
      coalesced.increment();
    }
    Fetch fetch = running.computeIfAbsent(ref.digest(), digest -> start(ref, registry));
    if (ref.repository().token().isPresent()) {
      fetch.alsoFor(registry, ref);
    }
    if (closed) {
      fetch.giveUp(OriginFailure.of(OriginReason.UNAVAILABLE, "the origin is shutting down"));
    }
    return fetch;
  }

  /** Requests that found their blob on its way for another one. */
  public long coalesced() {
    return coalesced.sum();
  }

  private Fetch start(BlobRef ref, UpstreamRegistry registry) {
    node.belongs(ref.digest(), ref.repository().upstream());
    RemoteSource source = new RemoteSource(registry, ref, budget.share(), received);
    Fetch fetch = new Fetch(settings, store, node, source, () -> running.remove(ref.digest()));
    Thread.ofVirtual().name("fetch-" + ref.digest().shortHex()).start(fetch);
    return fetch;
  }

  /** Ends every fetch; what has arrived stays on disk. */
  @Override
  public void close() {
    closed = true;
    List<Fetch> all = List.copyOf(running.values());
    OriginFailure reason =
        OriginFailure.of(OriginReason.UNAVAILABLE, "the origin is shutting down");
    all.forEach(fetch -> fetch.giveUp(reason));
    try {
      for (Fetch fetch : all) {
        fetch.awaitEnd(END_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
