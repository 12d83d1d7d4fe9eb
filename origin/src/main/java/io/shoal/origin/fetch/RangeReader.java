package io.shoal.origin.fetch;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.PieceLayout;
import io.shoal.node.swarm.ByteSource;
import io.shoal.node.swarm.PieceFeed;
import io.shoal.node.swarm.Torrent;
import io.shoal.oci.upstream.RemoteBlob;
import io.shoal.origin.upstream.OriginFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one range after the other from upstream into the torrent's pieces, as the bytes arrive. A
 * broken connection goes on at the missing byte. Used by one thread.
 */
final class RangeReader {

  /**
   * The smallest piece. Fewer would make more writes, and a file in the kernel's cache that costs
   * more to send; more would wait here for no piece to be finished earlier.
   */
  private static final int BUFFER_BYTES = 256 << 10;

  private static final int TRIES = 6;

  private final RemoteSource source;
  private final Torrent torrent;
  private final PieceLayout layout;
  private final FetchPlan plan;
  private final Retries retries;
  private final StopSignal stop;
  private final Runnable pieceDone;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  private @Nullable RemoteBlob remote;
  private long remotePosition;
  private long remoteEnd;

  /** Bytes the budget has granted and that have not been read yet. */
  private int granted;

  /** This is the one reader, for upstream ignores Range. */
  private boolean sole;

  RangeReader(
      RemoteSource source,
      Torrent torrent,
      FetchPlan plan,
      Retries.Pause pause,
      StopSignal stop,
      Runnable pieceDone) {
    this.source = source;
    this.torrent = torrent;
    this.layout = torrent.layout();
    this.plan = plan;
    this.retries = new Retries(TRIES, pause);
    this.stop = stop;
    this.pieceDone = pieceDone;
  }

  /**
   * Reads until the plan has nothing left.
   *
   * @param opened the blob from its first byte, if it is open already
   * @param openedEnd where that ends
   * @throws OriginFailure if upstream does not give the bytes
   * @throws IOException if they cannot be stored, or the torrent was given up
   */
  void run(@Nullable RemoteBlob opened, long openedEnd)
      throws OriginFailure, IOException, InterruptedException {
    remote = opened;
    remoteEnd = openedEnd;
    try {
      for (Optional<PieceRange> range = plan.next(); range.isPresent(); range = plan.next()) {
        if (!read(range.get())) {
          break;
        }
      }
      if (sole) {
        readEverything();
      }
    } finally {
      closeRemote();
    }
  }

  /** False if Range is ignored and this range is therefore no longer to be read by itself. */
  private boolean read(PieceRange range) throws OriginFailure, IOException, InterruptedException {
    long end = endOf(range.endExclusive() - 1);
    for (int piece = range.first(); piece < range.endExclusive(); piece++) {
      if (!readPiece(piece, end)) {
        return false;
      }
    }
    return true;
  }

  private void readEverything() throws OriginFailure, IOException, InterruptedException {
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      if (!plan.isWritten(piece)) {
        readPiece(piece, layout.blobBytes());
      }
    }
  }

  private boolean readPiece(int piece, long end)
      throws OriginFailure, IOException, InterruptedException {
    PieceFeed feed = torrent.feed(piece, ByteSource.UPSTREAM);
    while (feed.missingBytes() > 0) {
      int missing = feed.missingBytes();
      int bytes = stop.stoppably(() -> fill(endOf(piece) - missing, end, missing));
      if (bytes == 0) {
        return false;
      }
      feed.write(ByteBuffer.wrap(buffer, 0, bytes));
    }
    feed.finish();
    plan.written(piece);
    pieceDone.run();
    return true;
  }

  /** Reads the bytes at this position; 0 if another way of reading is called for. */
  private int fill(long position, long end, int mostBytes)
      throws OriginFailure, InterruptedException {
    while (!plan.takenOver(this)) {
      if (granted == 0) {
        granted = source.budget().take(position, (int) Math.min(end - position, 1 << 30));
      }
      try {
        RemoteBlob from = at(position, end);
        if (!from.ranged() && !sole) {
          sole = plan.readEverything(this);
          return 0;
        }
        int bytes = source.read(from, buffer, Math.min(Math.min(granted, BUFFER_BYTES), mostBytes));
        if (bytes == 0) {
          throw OriginFailure.of(
              OriginReason.UPSTREAM_UNREACHABLE,
              "%s ends at byte %d at upstream".formatted(torrent.digest(), position));
        }
        granted -= bytes;
        remotePosition += bytes;
        retries.progress(bytes);
        return bytes;
      } catch (OriginFailure failure) {
        closeRemote();
        retries.failed(failure);
      }
    }
    return 0;
  }

  /** A stream whose next byte is the one at this position. */
  private RemoteBlob at(long position, long end) throws OriginFailure, InterruptedException {
    RemoteBlob open = remote;
    if (open != null
        && (remotePosition == remoteEnd
            || remotePosition > position
            || (open.ranged() && remotePosition < position))) {
      closeRemote();
      open = null;
    }
    if (open == null) {
      open = sole ? source.openWhole() : source.open(position, end);
      remote = open;
      remotePosition = open.from();
      remoteEnd = open.ranged() ? end : layout.blobBytes();
      checkLength(open);
    }
    if (sole) {
      skipTo(open, position);
    }
    return open;
  }

  private void skipTo(RemoteBlob open, long position) throws OriginFailure, InterruptedException {
    while (remotePosition < position) {
      int most = (int) Math.min(BUFFER_BYTES, position - remotePosition);
      int skipped = source.read(open, buffer, source.budget().take(remotePosition, most));
      if (skipped == 0) {
        throw OriginFailure.of(
            OriginReason.UPSTREAM_UNREACHABLE, torrent.digest() + " ends early at upstream");
      }
      remotePosition += skipped;
    }
  }

  /** The length is part of every signature, so it cannot change any more. */
  private void checkLength(RemoteBlob open) throws OriginFailure {
    if (open.blobBytes().orElse(layout.blobBytes()) != layout.blobBytes()) {
      String reason =
          "upstream says %s has %d bytes, and has said %d before"
              .formatted(torrent.digest(), open.blobBytes().getAsLong(), layout.blobBytes());
      torrent.abort(reason);
      throw OriginFailure.of(OriginReason.UPSTREAM_FAILED, reason);
    }
  }

  private long endOf(int piece) {
    return layout.pieceOffset(piece) + layout.pieceLength(piece);
  }

  private void closeRemote() {
    if (remote != null) {
      remote.close();
      remote = null;
    }
  }
}
