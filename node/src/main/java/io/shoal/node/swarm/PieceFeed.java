package io.shoal.node.swarm;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes one piece that comes from outside the swarm. Used by one thread. */
public final class PieceFeed {

  private final PieceFeeds feeds;
  private final Torrent torrent;
  private final int piece;
  private final ByteSource source;
  private int writtenBytes;

  PieceFeed(PieceFeeds feeds, Torrent torrent, int piece, ByteSource source) {
    this.feeds = feeds;
    this.torrent = torrent;
    this.piece = piece;
    this.source = source;
  }

  /** How many bytes of the piece are still to come. */
  public int missingBytes() {
    return torrent.layout().pieceLength(piece) - writtenBytes;
  }

  /**
   * Writes the next bytes of the piece.
   *
   * @throws IOException if there is no room on disk or the torrent was given up
   */
  public void write(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() > missingBytes()) {
      throw new IllegalArgumentException("more bytes than piece " + piece + " has");
    }
    if (torrent.isAttested(piece)) {
      writtenBytes += bytes.remaining();
      bytes.position(bytes.limit());
      return;
    }
    if (torrent.hasFailed()) {
      throw new TorrentFailedException("the blob was given up");
    }
    int length = bytes.remaining();
    torrent.file.write(torrent.layout().pieceOffset(piece) + writtenBytes, bytes);
    writtenBytes += length;
    torrent.received(length);
  }

  /** The whole piece is written: have it checked. */
  public void finish() {
    if (missingBytes() != 0) {
      throw new IllegalStateException(missingBytes() + " bytes of piece " + piece + " missing");
    }
    feeds.finished(torrent, piece, source);
  }
}
