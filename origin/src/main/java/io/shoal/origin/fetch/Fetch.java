package io.shoal.origin.fetch;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.DiskFullException;
import io.shoal.node.swarm.SwarmNode;
import io.shoal.node.swarm.Torrent;
import io.shoal.node.swarm.TorrentFailedException;
import io.shoal.oci.upstream.RemoteBlob;
import io.shoal.oci.upstream.UpstreamRegistry;
import io.shoal.origin.upstream.BlobRef;
import io.shoal.origin.upstream.OriginFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One blob on its way from upstream, for everybody who asks for it. */
final class Fetch implements Runnable {

  /** A blob up to this length is read whole and never becomes a torrent. */
  static final int SMALL_BYTES = 1 << 20;

  private static final Logger log = LoggerFactory.getLogger(Fetch.class);

  /** Nobody has anything of the blob yet and everybody waits: better soon a clear answer. */
  private static final int OPENING_TRIES = 2;

  private final FetchSettings settings;
  private final BlobStore store;
  private final SwarmNode node;
  private final RemoteSource source;
  private final Digest digest;
  private final Runnable ended;

  private final CompletableFuture<Optional<Torrent>> opened = new CompletableFuture<>();
  private final Waiting waiting = new Waiting();
  private final StopSignal stop = new StopSignal();
  private final CountDownLatch done = new CountDownLatch(1);

  /**
   * @param ended told at the end, whatever it was
   */
  Fetch(
      FetchSettings settings,
      BlobStore store,
      SwarmNode node,
      RemoteSource source,
      Runnable ended) {
    this.settings = settings;
    this.store = store;
    this.node = node;
    this.source = source;
    this.digest = source.ref().digest();
    this.ended = ended;
  }

  /**
   * Waits until the length is known.
   *
   * @return the torrent, not held; or empty if the blob is in the store by now
   */
  Optional<Torrent> awaitOpened() throws OriginFailure, InterruptedException {
    try {
      return opened.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof OriginFailure known
          ? known.again()
          : OriginFailure.of(OriginReason.INTERNAL, "fetching " + digest + " failed", e);
    }
  }

  /** Another client waits for it, whose own token decides. */
  void alsoFor(UpstreamRegistry registry, BlobRef ref) {
    source.alsoFor(registry, ref);
  }

  /** For readers of the torrent: ends their wait when the fetch fails. */
  Waiting waiting() {
    return waiting;
  }

  /** Ends it; what has arrived stays for the next one. */
  void giveUp(Throwable reason) {
    stop.stop(reason);
  }

  /** Waits for its end. */
  void awaitEnd(Duration limit) throws InterruptedException {
    if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      log.warn("Fetching {} did not end within {} ms", digest, limit.toMillis());
    }
  }

  @Override
  public void run() {
    try {
      fetch();
    } catch (InterruptedException e) {
      giveUp(OriginFailure.of(OriginReason.UNAVAILABLE, "the origin is shutting down"));
    } catch (OriginFailure | IOException | RuntimeException e) {
      giveUp(e);
    } finally {
      ended.run();
      Throwable why = stop.reason();
      if (why != null) {
        failed(asFailure(why));
      }
      done.countDown();
    }
  }

  private void failed(OriginFailure reason) {
    log.warn("{} from {}: {}", digest, source.ref().repository(), reason.getMessage());
    opened.completeExceptionally(reason);
    waiting.fail(reason);
  }

  private OriginFailure asFailure(Throwable why) {
    String message = String.valueOf(why.getMessage());
    return switch (why) {
      case OriginFailure known -> known;
      case DiskFullException full -> OriginFailure.of(OriginReason.UNAVAILABLE, message, full);
      case TorrentFailedException lost ->
          OriginFailure.of(OriginReason.UPSTREAM_FAILED, message, lost);
      case IOException disk -> OriginFailure.of(OriginReason.UNAVAILABLE, message, disk);
      default -> {
        log.error("Fetching {} failed", digest, why);
        yield OriginFailure.of(OriginReason.INTERNAL, "fetching failed: " + why, why);
      }
    };
  }

  private void fetch() throws OriginFailure, IOException, InterruptedException {
    Optional<PieceLayout> known = knownLayout();
    if (known.isPresent()) {
      fetchPieces(known.get(), null);
      return;
    }
    Retries retries = new Retries(OPENING_TRIES, settings.pause());
    boolean fetched = false;
    while (!fetched) {
      try {
        openAndFetch();
        fetched = true;
      } catch (OriginFailure e) {
        if (opened.isDone()) {
          throw e;
        }
        stop.stoppably(() -> {
          retries.failed(e);
          return e;
        });
      }
    }
  }

  /** A blob that was begun before says how long it is. */
  private Optional<PieceLayout> knownLayout() {
    return node.find(digest)
        .map(Torrent::layout)
        .or(() -> Optional.ofNullable(store.partials().get(digest)));
  }

  private void openAndFetch() throws OriginFailure, IOException, InterruptedException {
    try (RemoteBlob first = stop.stoppably(() -> source.openFirst(firstRangeBytes()))) {
      if (first.blobBytes().isEmpty()) {
        try (Spool spool = Spool.fill(settings.spool(), source, first, stop)) {
          spooled(spool);
        }
        return;
      }
      long blobBytes = first.blobBytes().getAsLong();
      if (blobBytes <= SMALL_BYTES) {
        small(stop.stoppably(() -> SmallBlob.read(source, first, (int) blobBytes)));
        return;
      }
      if (blobBytes > PieceLayout.MAX_BLOB_BYTES) {
        throw OriginFailure.of(
            OriginReason.UPSTREAM_FAILED, digest + " is too long: " + blobBytes + " bytes");
      }
      fetchPieces(PieceLayout.forBlob(blobBytes), first);
    }
  }

  private long firstRangeBytes() {
    return Math.max(settings.rangeBytes(), SMALL_BYTES);
  }

  private void small(byte[] content) throws IOException {
    store.put(digest, content).close();
    opened.complete(Optional.empty());
  }

  private void spooled(Spool spool) throws IOException, OriginFailure, InterruptedException {
    if (spool.bytes() <= SMALL_BYTES) {
      small(spool.content());
      return;
    }
    Torrent torrent = inject(PieceLayout.forBlob(spool.bytes()));
    try {
      opened.complete(Optional.of(torrent));
      spool.feed(torrent);
      awaitVerified(torrent);
    } finally {
      torrent.release();
    }
  }

  private Torrent inject(PieceLayout layout) throws IOException {
    return node.inject(digest, layout, settings.epochs().getAsLong());
  }

  private void fetchPieces(PieceLayout layout, @Nullable RemoteBlob first)
      throws OriginFailure, IOException, InterruptedException {
    Torrent torrent = inject(layout);
    try {
      torrent
          .completed()
          .whenComplete((verified, failed) -> {
            if (failed != null) {
              Throwable cause = failed.getCause();
              giveUp(failed instanceof CompletionException && cause != null ? cause : failed);
            }
          });
      opened.complete(Optional.of(torrent));
      FetchPlan plan = new FetchPlan(layout, torrent.attestedPieces(), settings.rangeBytes());
      read(torrent, plan, first);
      awaitVerified(torrent);
    } finally {
      torrent.release();
    }
  }

  /** Reads the first range alone; its first piece lets the others begin. */
  private void read(Torrent torrent, FetchPlan plan, @Nullable RemoteBlob first)
      throws OriginFailure, IOException, InterruptedException {
    AtomicBoolean begun = new AtomicBoolean();
    AtomicReference<CountDownLatch> others = new AtomicReference<>(new CountDownLatch(0));
    Runnable begin =
        () -> {
          if (begun.compareAndSet(false, true)) {
            others.set(startOthers(torrent, plan));
          }
        };
    long firstEnd = Math.min(firstRangeBytes(), torrent.layout().blobBytes());
    try {
      new RangeReader(source, torrent, plan, settings.pause(), stop, begin)
          .run(first, first != null && first.ranged() ? firstEnd : torrent.layout().blobBytes());
    } catch (OriginFailure | IOException | RuntimeException e) {
      giveUp(e);
    } catch (InterruptedException e) {
      giveUp(OriginFailure.of(OriginReason.UNAVAILABLE, "the fetch was interrupted"));
    }
    // They end by themselves when they are stopped.
    others.get().await();
    rethrow();
  }

  private CountDownLatch startOthers(Torrent torrent, FetchPlan plan) {
    int count = Math.min(settings.parallelRanges() - 1, plan.waitingRanges());
    CountDownLatch running = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      RangeReader reader = new RangeReader(source, torrent, plan, settings.pause(), stop, () -> {});
      Thread.ofVirtual()
          .name("fetch-" + digest.shortHex() + "-" + (i + 1))
          .start(() -> readRanges(reader, running));
    }
    return running;
  }

  private void readRanges(RangeReader reader, CountDownLatch running) {
    try {
      reader.run(null, 0);
    } catch (OriginFailure | IOException | RuntimeException e) {
      giveUp(e);
    } catch (InterruptedException e) {
      giveUp(OriginFailure.of(OriginReason.UNAVAILABLE, "the fetch was interrupted"));
    } finally {
      running.countDown();
    }
  }

  private void awaitVerified(Torrent torrent) throws IOException, InterruptedException {
    try {
      CompletableFuture<Digest> verified = torrent.completed().toCompletableFuture();
      stop.stoppably(verified::get);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    }
  }

  private void rethrow() throws OriginFailure, IOException {
    switch (stop.reason()) {
      case null -> {}
      case OriginFailure known -> throw known;
      case IOException disk -> throw disk;
      case Throwable other -> throw new IllegalStateException("fetching " + digest, other);
    }
  }
}
