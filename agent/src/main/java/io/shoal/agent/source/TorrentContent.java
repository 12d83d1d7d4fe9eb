package io.shoal.agent.source;

import io.shoal.node.swarm.Torrent;
import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A blob read while it arrives: attested bytes in order. If the torrent cannot go on, for instance
 * because the disk is full, the rest is passed through.
 */
final class TorrentContent implements BlobContent {

  private static final long MOST_AT_ONCE = 8L << 20;

  private final Torrent torrent;
  private final PassThrough passThrough;
  private final AtomicBoolean closed = new AtomicBoolean();
  private long wantedFrom;
  private long wantedTo = -1;

  TorrentContent(Torrent torrent, PassThrough passThrough) {
    this.torrent = torrent;
    this.passThrough = passThrough;
  }

  @Override
  public long blobBytes() {
    return torrent.layout().blobBytes();
  }

  @Override
  public CompletionStage<BlobBytes> next(long from, long toExclusive) {
    if (passThrough.started()) {
      return passThrough.next(from, toExclusive);
    }
    if (from < wantedFrom || from >= wantedTo) {
      // Told anew for every piece, because the reader's position steers what comes next.
      torrent.want(from, toExclusive);
      wantedFrom = from;
      wantedTo = from + torrent.layout().pieceBytes();
    }
    return torrent
        .servable(from)
        .thenApply(end -> inFile(from, Math.min(end, toExclusive)))
        .exceptionallyCompose(failure -> elsewhere(failure, from, toExclusive));
  }

  private BlobBytes inFile(long from, long end) {
    return new BlobBytes.InFile(torrent.channel(), from, Math.min(MOST_AT_ONCE, end - from));
  }

  private CompletionStage<BlobBytes> elsewhere(Throwable failure, long from, long toExclusive) {
    if (closed.get()) {
      return CompletableFuture.failedFuture(failure);
    }
    return passThrough
        .next(from, toExclusive)
        .exceptionallyCompose(nothingElse -> {
          // Why the swarm failed says more than why nothing else can take its place.
          failure.addSuppressed(nothingElse);
          return CompletableFuture.failedFuture(failure);
        });
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      passThrough.close();
      torrent.release();
    }
  }
}
