package io.shoal.e2e.wire;

import java.io.IOException;

/** What a hostile peer does once a real peer has linked to it because of a blob. */
public enum Attack {

  /** Answers every request with bytes of the right length, one bit of them wrong. */
  TAMPERED_PIECES {
    @Override
    void begin(WireLink link, Torrent torrent, String originKeyId) {
      // It waits to be asked.
    }
  },

  /** Sends states in the name of an origin, with a signature it has made up. */
  FORGED_STATES {
    @Override
    void begin(WireLink link, Torrent torrent, String originKeyId) throws IOException {
      link.send(torrent.forgedStates(originKeyId));
    }
  },

  /** Says that it has a piece that the blob has not. */
  PIECE_OUT_OF_RANGE {
    @Override
    void begin(WireLink link, Torrent torrent, String originKeyId) throws IOException {
      link.send(torrent.have(torrent.pieceCount() + 1000));
    }
  },

  /** Sends a piece that the receiver has not asked for. */
  UNASKED_PIECE {
    @Override
    void begin(WireLink link, Torrent torrent, String originKeyId) throws IOException {
      byte[] payload = new byte[torrent.extentBytes(0)];
      link.send(torrent.data(1_000_000, 0, 0, payload));
    }
  };

  abstract void begin(WireLink link, Torrent torrent, String originKeyId) throws IOException;
}
