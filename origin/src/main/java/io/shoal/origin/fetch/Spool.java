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
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * A blob whose length upstream did not say, whole and checked in a file of its own: only now its
 * length is known, and with it the length of its pieces. The file goes when it is closed.
 */
final class Spool implements AutoCloseable {

  private static final int BUFFER_BYTES = 256 << 10;

  private final FileChannel file;
  private final long bytes;

  /** A file that holds this many bytes of a blob that is known to be right. */
  Spool(FileChannel file, long bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  static Spool fill(Path folder, RemoteSource source, RemoteBlob remote, StopSignal stop)
      throws OriginFailure, IOException, InterruptedException {
    Files.createDirectories(folder);
    Path path = Files.createTempFile(folder, source.ref().digest().shortHex(), ".spool");
    FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    boolean good = false;
    try {
      long bytes = copy(source, remote, file, stop);
      good = true;
      return new Spool(file, bytes);
    } finally {
      if (!good) {
        file.close();
      }
    }
  }

  private static long copy(
      RemoteSource source, RemoteBlob remote, FileChannel file, StopSignal stop)
      throws OriginFailure, IOException, InterruptedException {
    MessageDigest hash = source.ref().digest().algorithm().newMessageDigest();
    byte[] buffer = new byte[BUFFER_BYTES];
    long position = 0;
    while (true) {
      long from = position;
      int read =
          stop.stoppably(
              () -> source.read(remote, buffer, source.budget().take(from, BUFFER_BYTES)));
      if (read == 0) {
        SmallBlob.check(source.ref().digest(), hash.digest());
        return position;
      }
      hash.update(buffer, 0, read);
      for (ByteBuffer part = ByteBuffer.wrap(buffer, 0, read); part.hasRemaining(); ) {
        position += file.write(part, position);
      }
      if (position > PieceLayout.MAX_BLOB_BYTES) {
        throw OriginFailure.of(
            OriginReason.UPSTREAM_FAILED, source.ref().digest() + " does not end at upstream");
      }
    }
  }

  /** The blob's length. */
  long bytes() {
    return bytes;
  }

  /** All of a small blob. */
  byte[] content() throws IOException {
    ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(bytes));
    read(content, 0);
    return content.array();
  }

  /** Writes what the torrent does not have yet. */
  void feed(Torrent torrent) throws IOException {
    PieceLayout layout = torrent.layout();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    for (int piece = 0; piece < layout.pieceCount(); piece++) {
      PieceFeed feed = torrent.feed(piece, ByteSource.UPSTREAM);
      while (feed.missingBytes() > 0) {
        long end = layout.pieceOffset(piece) + layout.pieceLength(piece);
        buffer.clear().limit(Math.min(BUFFER_BYTES, feed.missingBytes()));
        read(buffer, end - feed.missingBytes());
        feed.write(buffer.flip());
      }
      feed.finish();
    }
  }

  private void read(ByteBuffer into, long position) throws IOException {
    while (into.hasRemaining()) {
      if (file.read(into, position + into.position()) < 0) {
        throw new IOException("the spool file has become shorter");
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
