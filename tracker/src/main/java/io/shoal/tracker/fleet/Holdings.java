package io.shoal.tracker.fleet;

import io.shoal.client.tracker.BlobState;
import io.shoal.client.tracker.HoldingsView;

/** What one member has of some blobs; adds up. */
final class Holdings {

  private long bytes;
  private int wholeBlobs;
  private boolean arriving;

  /** Adds a blob of this length. */
  void add(long blobBytes, BlobState state) {
    switch (state.phase()) {
      case SEED -> {
        bytes += blobBytes;
        wholeBlobs++;
      }
      case PARTIAL, WANTED -> {
        arriving = true;
        if (state.pieceCount() > 0) {
          bytes += (long) ((double) blobBytes * state.piecesHave() / state.pieceCount());
        }
      }
      case GONE -> {}
    }
  }

  HoldingsView.Node of(Member member) {
    return new HoldingsView.Node(
        member.hello.nodeName(), member.peer.role(), bytes, wholeBlobs, arriving);
  }
}
