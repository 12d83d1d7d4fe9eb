package io.shoal.node.swarm;

import io.netty.buffer.ByteBuf;
import io.shoal.node.integrity.PieceCheck;
import io.shoal.swarm.message.PeerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One piece arriving over one link: hashed while it comes, written to its slot. If another link is
 * bringing the same piece already, the bytes wait in memory, so that a bad second copy can never
 * overwrite a good first one. Used on the worker thread of its piece only.
 */
final class Assembly {

  private enum End {
    OPEN,
    DONE,
    ABANDONED
  }

  /** What became of a piece. */
  enum Outcome {
    /** More bytes to come, or nothing to report. */
    NONE,
    /** Matched and on disk. */
    ATTESTED,
    /** Does not match its states. */
    MISMATCH,
    /** It came before the states that would prove it; its bytes are thrown away. */
    UNPROVABLE
  }

  private final Torrent torrent;
  private final int piece;
  private final Optional<PieceCheck> check;
  private final @Nullable ByteBuffer memory;
  private int expectedOffset;
  private End end = End.OPEN;

  Assembly(Torrent torrent, int piece, boolean inMemory) {
    this.torrent = torrent;
    this.piece = piece;
    this.check = torrent.known.check(piece);
    this.memory = inMemory ? ByteBuffer.allocate(torrent.layout().pieceLength(piece)) : null;
  }

  /**
   * Takes the next bytes.
   *
   * @throws IOException if they cannot be written
   */
  Outcome take(PeerMessage.Data data, int offset, ByteBuf slice) throws IOException {
    int position = data.offset() + offset;
    if (end != End.OPEN || torrent.isAttested(piece)) {
      return Outcome.NONE;
    }
    if (check.isEmpty() || position != expectedOffset) {
      end = End.DONE;
      return check.isEmpty() ? Outcome.UNPROVABLE : Outcome.MISMATCH;
    }
    expectedOffset += slice.readableBytes();
    for (ByteBuffer bytes : slice.nioBuffers()) {
      int length = bytes.remaining();
      check.get().update(bytes.duplicate());
      if (memory != null) {
        memory.put(bytes);
      } else {
        torrent.file.write(slotOffset(position), bytes);
      }
      position += length;
    }
    return check.get().missingBytes() > 0 ? Outcome.NONE : finish(check.get());
  }

  private Outcome finish(PieceCheck whole) throws IOException {
    end = End.DONE;
    if (!whole.passes()) {
      return Outcome.MISMATCH;
    }
    if (memory != null) {
      torrent.file.write(slotOffset(0), memory.flip());
    }
    torrent.file.attested(piece);
    return Outcome.ATTESTED;
  }

  private long slotOffset(int withinPiece) {
    return torrent.layout().pieceOffset(piece) + withinPiece;
  }

  /** Whether bytes may still come. */
  boolean open() {
    return end == End.OPEN;
  }

  void abandon() {
    end = End.ABANDONED;
  }
}
