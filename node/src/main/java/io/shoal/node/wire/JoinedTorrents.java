package io.shoal.node.wire;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.swarm.message.PeerMessage.Join;
import java.util.HashMap;
import java.util.Map;

/**
 * What the peer said about the torrents it joined, by its own numbers: the bounds of the indexes in
 * its later messages. A number that was refused is joined anew without a Leave, so a Join replaces
 * what was known under its number.
 */
final class JoinedTorrents {

  private final Map<Integer, Torrent> byNumber = new HashMap<>();

  void join(Join join) throws ProtocolException {
    byNumber.put(join.torrent(), new Torrent(join.digest(), join.layout()));
    if (byNumber.size() > Frames.MAX_TORRENTS) {
      throw new ProtocolException("more than " + Frames.MAX_TORRENTS + " torrents joined");
    }
  }

  void leave(int number) throws ProtocolException {
    if (byNumber.remove(number) == null) {
      throw notJoined(number);
    }
  }

  Torrent get(int number) throws ProtocolException {
    Torrent torrent = byNumber.get(number);
    if (torrent == null) {
      throw notJoined(number);
    }
    return torrent;
  }

  private static ProtocolException notJoined(int number) {
    return new ProtocolException("message about torrent " + number + ", which was not joined");
  }

  record Torrent(Digest digest, PieceLayout layout) {

    int pieceCount() {
      return layout.pieceCount();
    }

    /** The most a FINAL of this torrent may take. */
    int maxFinalBodyBytes() {
      return Frames.FINAL_HEAD_BYTES + pieceCount() * digest.algorithm().stateBytes();
    }

    void checkExtent(int piece, int offset, int length) throws ProtocolException {
      boolean pieceExists = piece >= 0 && piece < pieceCount();
      if (!pieceExists || offset < 0 || offset >= layout.pieceLength(piece)) {
        throw new ProtocolException("no byte " + offset + " in piece " + piece + " of " + layout);
      }
      if (offset % PieceLayout.EXTENT_BYTES != 0 || length != layout.extentLength(piece, offset)) {
        throw new ProtocolException("no extent of " + length + " bytes at " + offset);
      }
    }

    /** What is signed must be about what was joined. */
    void checkSubject(Digest signedDigest, PieceLayout signedLayout) throws ProtocolException {
      if (!signedDigest.equals(digest) || !signedLayout.equals(layout)) {
        throw new ProtocolException("states of " + signedDigest + " sent for " + digest);
      }
    }
  }
}
