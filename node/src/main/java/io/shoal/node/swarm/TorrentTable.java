package io.shoal.node.swarm;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.node.integrity.KnownStates;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.PartialBlob;
import io.shoal.node.store.StoredBlob;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.engine.TorrentMode;
import io.shoal.swarm.message.Priority;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The loaded torrents, and how they come from disk. Thread-safe. */
final class TorrentTable implements AutoCloseable {

  private static final long END_SECONDS = 10;

  private final SwarmNode node;
  private final BlobStore store;
  private final Map<Digest, Torrent> loaded = new ConcurrentHashMap<>();

  /** One blob at a time is opened; the check after a crash may take seconds. */
  private final Map<Digest, ReentrantLock> opening = new ConcurrentHashMap<>();

  /** Taken out of use, but somebody still reads or writes the file. */
  private final Map<Digest, Torrent> closing = new ConcurrentHashMap<>();

  TorrentTable(SwarmNode node, BlobStore store) {
    this.node = node;
    this.store = store;
  }

  Optional<Torrent> find(Digest digest) {
    return Optional.ofNullable(loaded.get(digest));
  }

  Collection<Torrent> all() {
    return List.copyOf(loaded.values());
  }

  int count() {
    return loaded.size();
  }

  private interface Opening<T> {
    T open() throws IOException;
  }

  private <T> T exclusively(Digest digest, Opening<T> action) throws IOException {
    ReentrantLock lock = opening.computeIfAbsent(digest, d -> new ReentrantLock());
    lock.lock();
    try {
      return action.open();
    } finally {
      if (!lock.hasQueuedThreads()) {
        opening.remove(digest, lock);
      }
      lock.unlock();
    }
  }

  Torrent open(Digest digest, PieceLayout layout, TorrentMode mode, long epoch, Priority priority)
      throws IOException {
    return exclusively(
        digest,
        () -> {
          awaitEndOf(loaded.get(digest));
          awaitEndOf(closing.get(digest));
          Torrent known = loaded.get(digest);
          if (known != null) {
            requireLayout(known, layout);
            return known;
          }
          Optional<StoredBlob> stored = store.find(digest);
          if (stored.isPresent()) {
            return load(digest, stored.get(), node.seedMode());
          }
          return begin(store.openPartial(digest, layout), mode, epoch, priority);
        });
  }

  /** A partial file has one user at a time: one that was given up must be let go of first. */
  private static void awaitEndOf(@Nullable Torrent last) throws IOException {
    if (last == null || last.verified() || !last.endsSoon()) {
      return;
    }
    try {
      last.closed().toCompletableFuture().get(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + last.digest() + " was let go of");
    } catch (ExecutionException | TimeoutException e) {
      throw new TorrentFailedException("the blob was given up and is still in use", e);
    }
  }

  private static void requireLayout(Torrent known, PieceLayout layout)
      throws TorrentFailedException {
    if (!known.layout().equals(layout)) {
      throw new TorrentFailedException(
          "the blob has " + known.layout().blobBytes() + " bytes, not " + layout.blobBytes());
    }
  }

  Optional<Torrent> seed(Digest digest, TorrentMode mode) throws IOException {
    return exclusively(
        digest,
        () -> {
          Torrent known = loaded.get(digest);
          if (known != null) {
            return Optional.of(known);
          }
          Optional<StoredBlob> stored = store.find(digest);
          return stored.isPresent() && stored.get().blobBytes() > 0
              ? Optional.of(load(digest, stored.get(), mode))
              : Optional.empty();
        });
  }

  private Torrent load(Digest digest, StoredBlob stored, TorrentMode mode) throws IOException {
    PieceLayout layout = PieceLayout.forBlob(stored.blobBytes());
    KnownStates known = new KnownStates(digest, layout);
    Optional<SignedFinal> metaInfo = stored.metaInfo();
    metaInfo.ifPresent(known::addAll);
    Bitfield all = Bitfield.full(layout.pieceCount());
    Torrent torrent =
        new Torrent(
            node,
            digest,
            layout,
            mode,
            metaInfo.map(SignedFinal::epoch).orElse(0L),
            TorrentFile.verified(stored),
            all,
            known,
            metaInfo,
            Priority.ON_DEMAND);
    announce(torrent, all, List.of(), metaInfo);
    return torrent;
  }

  private Torrent begin(PartialBlob partial, TorrentMode mode, long epoch, Priority priority)
      throws IOException {
    KnownStates known = new KnownStates(partial.digest(), partial.layout());
    List<SignedStates> batches = partial.states();
    batches.forEach(known::addAll);
    Optional<SignedFinal> metaInfo = partial.metaInfo();
    metaInfo.ifPresent(known::addAll);
    long startEpoch =
        batches.isEmpty() && metaInfo.isEmpty()
            ? epoch
            : Math.max(
                metaInfo.map(SignedFinal::epoch).orElse(0L),
                batches.stream().mapToLong(SignedStates::epoch).max().orElse(0L));
    Torrent torrent =
        new Torrent(
            node,
            partial.digest(),
            partial.layout(),
            mode,
            startEpoch,
            TorrentFile.arriving(partial),
            new Bitfield(partial.layout().pieceCount()),
            known,
            metaInfo,
            priority);
    recover(torrent, partial);
    announce(torrent, torrent.attestedPieces(), batches, metaInfo);
    return torrent;
  }

  /**
   * What an earlier run left: after a clean end the bits are believed, else every slot whose states
   * are known is checked, bit or no bit.
   */
  private static void recover(Torrent torrent, PartialBlob partial) throws IOException {
    Bitfield trusted = partial.trusted();
    Bitfield unproven = partial.unproven();
    for (int piece = 0; piece < torrent.layout().pieceCount(); piece++) {
      boolean good =
          torrent.known.canCheck(piece)
              && (trusted.get(piece)
                  || (unproven.get(piece) && PieceFeeds.matches(torrent, piece)));
      if (good) {
        partial.attested(piece);
        torrent.attest(piece, ByteSource.DISK);
        torrent.recovered(piece);
      }
    }
  }

  private void announce(
      Torrent torrent, Bitfield have, List<SignedStates> batches, Optional<SignedFinal> metaInfo) {
    loaded.put(torrent.digest(), torrent);
    node.post(
        new SwarmEvent.AddTorrent(
            torrent.digest(),
            torrent.layout(),
            torrent.mode(),
            torrent.epoch,
            have,
            metaInfo.isPresent() ? List.of() : batches,
            metaInfo,
            torrent.priority.get()));
    if (torrent.verified() && !torrent.file.committed()) {
      node.completed(torrent);
    }
  }

  List<Torrent> idleSince(long nanos) {
    return loaded.values().stream().filter(torrent -> torrent.idleSince(nanos)).toList();
  }

  void save(Torrent torrent, SignedFinal whole) throws IOException {
    if (torrent.file.committed()) {
      store.saveFinal(whole);
    } else {
      torrent.file.save(whole);
    }
  }

  boolean remove(Torrent torrent) {
    if (!loaded.remove(torrent.digest(), torrent)) {
      return false;
    }
    closing.put(torrent.digest(), torrent);
    torrent.closed().thenRun(() -> closing.remove(torrent.digest(), torrent));
    return true;
  }

  @Override
  public void close() {
    loaded.values().forEach(torrent -> torrent.file.close());
    loaded.clear();
  }
}
