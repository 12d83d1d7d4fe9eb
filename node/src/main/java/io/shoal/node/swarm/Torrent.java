package io.shoal.node.swarm;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.node.integrity.KnownStates;
import io.shoal.swarm.engine.TorrentMode;
import io.shoal.swarm.message.Priority;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One blob on this node, arriving or complete: what readers wait for and outside sources feed.
 * Thread-safe. Hold it with {@link #retain} while you use it; a torrent that nobody holds is
 * unloaded after a while.
 */
public final class Torrent {

  final KnownStates known;
  final TorrentFile file;
  final long epoch;
  final AtomicReference<Priority> priority;

  private final Digest digest;
  private final PieceLayout layout;
  private final TorrentMode mode;
  private final SwarmNode node;
  private final CompletableFuture<Digest> completed = new CompletableFuture<>();
  private final CompletableFuture<Void> committed = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  // Guarded by this.
  private final Bitfield attested;
  private final Waiters waiters = new Waiters();
  private final TorrentCounts counts;

  /** Pieces from 0 on that came from upstream itself and may be read here, though not attested. */
  private int provisional;

  private int users;

  /** No longer to be used by newcomers. */
  private boolean retired;

  /** To be closed when the last user is gone. */
  private boolean closing;

  private boolean discard;
  private long lastUsedNanos;
  private @Nullable Exception failure;
  private @Nullable SignedFinal metaInfo;

  Torrent(
      SwarmNode node,
      Digest digest,
      PieceLayout layout,
      TorrentMode mode,
      long epoch,
      TorrentFile file,
      Bitfield have,
      KnownStates known,
      Optional<SignedFinal> metaInfo,
      Priority priority) {
    this.node = node;
    this.digest = digest;
    this.layout = layout;
    this.mode = mode;
    this.epoch = epoch;
    this.file = file;
    this.known = known;
    this.priority = new AtomicReference<>(priority);
    this.attested = have.copy();
    this.counts = new TorrentCounts(layout);
    this.metaInfo = metaInfo.orElse(null);
    this.lastUsedNanos = System.nanoTime();
    if (attested.isFull()) {
      completed.complete(digest);
    }
    if (file.committed()) {
      committed.complete(null);
    }
  }

  /** The blob. */
  public Digest digest() {
    return digest;
  }

  /** Length and piece length. */
  public PieceLayout layout() {
    return layout;
  }

  /** The origin's generation of the blob, 0 if unknown. */
  public long epoch() {
    return epoch;
  }

  TorrentMode mode() {
    return mode;
  }

  /** The file, for positional reads of what is servable; valid while the torrent is held. */
  public FileChannel channel() {
    return file.channel();
  }

  /** Completes when the whole digest has matched; fails if the torrent is given up. */
  public CompletionStage<Digest> completed() {
    return completed.minimalCompletionStage();
  }

  /** Completes when the blob is in the store; fails if the torrent is given up before. */
  public CompletionStage<Void> committed() {
    return committed.minimalCompletionStage();
  }

  /** Whether the whole digest has matched. */
  public boolean verified() {
    return completed.isDone() && !completed.isCompletedExceptionally();
  }

  /**
   * Completes with the exclusive end of the run of bytes at {@code offset} that may be handed to a
   * client, when there is at least one. The last extent of the blob is held back until the digest
   * has matched: every piece is here and did, or the last piece did, whose check ends at the digest
   * and begins at a signed state of everything before it.
   */
  public CompletionStage<Long> servable(long offset) {
    synchronized (this) {
      lastUsedNanos = System.nanoTime();
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      long end = runEnd(offset);
      if (end > offset) {
        return CompletableFuture.completedFuture(end);
      }
      return waiters.add(offset);
    }
  }

  private long runEnd(long offset) {
    return Servable.runEnd(layout, attested, provisional, verified(), offset);
  }

  /** Says that a reader needs these bytes, the first of them next. */
  public void want(long from, long toExclusive) {
    if (from < toExclusive) {
      node.want(this, layout.pieceAt(from), layout.pieceAt(toExclusive - 1) + 1);
    }
  }

  /** Says that a client waits for a blob that may have been fetched for nobody until now. */
  public void raise() {
    if (priority.getAndSet(Priority.ON_DEMAND) == Priority.PREWARM) {
      node.raise(this);
    }
  }

  /** Takes up to {@code max} missing wanted pieces off the swarm's hands, in reading order. */
  public CompletionStage<List<Integer>> reserve(int max) {
    return node.reserve(this, max);
  }

  /** Gives a reserved piece back to the swarm. */
  public void unreserve(int piece) {
    node.unreserve(this, piece);
  }

  /** Begins to write a piece that comes from outside the swarm. */
  public PieceFeed feed(int piece, ByteSource source) {
    return node.feeds().open(this, piece, source);
  }

  /** Gives the torrent up for everybody: upstream's bytes were wrong, or are not to be had. */
  public void abort(String reason) {
    node.abort(this, reason);
  }

  /** Gives it up on this node: readers fail, what has arrived is kept. */
  public void giveUp(TorrentFailedException reason) {
    node.fail(this, reason);
  }

  /**
   * Whether a piece from outside the swarm can be checked by itself. Else everything before it is
   * needed: a state that this node found by hashing unattested bytes proves nothing about the next
   * piece, and if the blob is wrong, only its end shows it.
   */
  public boolean checkable(int piece) {
    return mode == TorrentMode.LEECH && known.canCheck(piece) && !followsProvisional(piece);
  }

  private synchronized boolean followsProvisional(int piece) {
    return piece > 0 && piece <= provisional && !attested.get(piece - 1);
  }

  /** Whether anybody holds it. */
  public synchronized boolean inUse() {
    return users > 0;
  }

  /** Adds a user; false if the torrent is retired or given up and must be opened again. */
  public synchronized boolean retain() {
    if (endsSoon()) {
      return false;
    }
    keep();
    return true;
  }

  /** Adds a user on behalf of one that holds it. */
  synchronized void keep() {
    users++;
    lastUsedNanos = System.nanoTime();
  }

  /** Removes a user; the last one leaves nothing wanted. */
  public void release() {
    boolean last;
    boolean close;
    synchronized (this) {
      users--;
      last = users == 0;
      close = last && closing;
      lastUsedNanos = System.nanoTime();
    }
    if (close) {
      closeFile();
    } else if (last) {
      node.unwanted(this);
    }
  }

  /** Takes it out of use if nobody holds it. */
  synchronized boolean retire() {
    if (users == 0) {
      retired = true;
    }
    return retired;
  }

  /** Closes the file as soon as the last reader has let go of it. */
  void closeWhenUnused(boolean discardIt) {
    boolean now;
    synchronized (this) {
      retired = true;
      closing = true;
      discard = discardIt;
      now = users == 0;
    }
    if (now) {
      closeFile();
    }
  }

  private void closeFile() {
    try {
      if (discard) {
        file.discard();
      }
      file.close();
    } finally {
      closed.complete(null);
    }
  }

  /** Completes when it is out of use and its file may be opened again. */
  CompletionStage<Void> closed() {
    return closed;
  }

  /** How far it is. */
  public synchronized Progress progress() {
    return counts.progress(attested.cardinality(), verified());
  }

  /** The signed metainfo of the whole blob, if known. */
  public synchronized Optional<SignedFinal> metaInfo() {
    return Optional.ofNullable(metaInfo);
  }

  // The shell's side.

  synchronized void metaInfo(SignedFinal whole) {
    metaInfo = whole;
  }

  /** A copy of the set of pieces that are here and match their states. */
  public synchronized Bitfield attestedPieces() {
    return attested.copy();
  }

  synchronized boolean isAttested(int piece) {
    return attested.get(piece);
  }

  synchronized void recovered(int piece) {
    counts.recovered.set(piece);
  }

  synchronized void requested(int piece) {
    counts.requested.set(piece);
  }

  synchronized void failed() {
    counts.failed++;
  }

  synchronized void received(int bytes) {
    counts.receivedBytes += bytes;
  }

  synchronized void sent(int bytes) {
    counts.sentBytes += bytes;
    lastUsedNanos = System.nanoTime();
  }

  /** A piece matched and is on disk. False if it was here before. */
  boolean attest(int piece, ByteSource source) {
    synchronized (this) {
      if (!attested.set(piece)) {
        return false;
      }
      counts.attested(piece, source);
      lastUsedNanos = System.nanoTime();
    }
    if (isFull()) {
      completed.complete(digest);
    }
    wake();
    return true;
  }

  private synchronized boolean isFull() {
    return attested.isFull();
  }

  /** Pieces below this one may be read by this node's own clients. */
  void provisional(int pieces) {
    synchronized (this) {
      provisional = Math.max(provisional, pieces);
    }
    wake();
  }

  /** The blob is in the store. */
  void stored() {
    committed.complete(null);
  }

  void fail(Exception reason) {
    List<Runnable> failing;
    synchronized (this) {
      if (failure == null) {
        failure = reason;
      }
      failing = waiters.failing(reason);
    }
    completed.completeExceptionally(reason);
    committed.completeExceptionally(reason);
    failing.forEach(Runnable::run);
  }

  synchronized boolean idleSince(long nanos) {
    return users == 0 && lastUsedNanos - nanos < 0;
  }

  synchronized boolean failedFor(Class<? extends Exception> type) {
    return type.isInstance(failure);
  }

  /** Whether it is out of use, or will be as soon as its users have noticed. */
  synchronized boolean endsSoon() {
    return retired || failure != null;
  }

  synchronized boolean hasFailed() {
    return failure != null;
  }

  private void wake() {
    List<Runnable> ready;
    synchronized (this) {
      ready = waiters.ready(this::runEnd);
    }
    ready.forEach(Runnable::run);
  }
}
