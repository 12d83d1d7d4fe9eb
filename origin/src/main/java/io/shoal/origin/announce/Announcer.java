package io.shoal.origin.announce;

import io.shoal.client.tracker.BlobState;
import io.shoal.client.tracker.TrackerStream;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerId;
import io.shoal.node.store.EvictionListener;
import io.shoal.node.swarm.SwarmListener;
import io.shoal.node.swarm.Torrent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Announces what this origin has, or is getting, so that agents find it. One announce when a blob
 * begins and one when it is complete: agents learn of single pieces over their links. Thread-safe;
 * nothing here waits.
 */
public final class Announcer implements SwarmListener, EvictionListener {

  // Guarded by this.
  private final Map<Digest, BlobState> blobs = new HashMap<>();
  private @Nullable TrackerStream tracker;

  /** Blobs that were here at the start. */
  public synchronized void stored(Map<Digest, Long> stored) {
    stored.forEach((digest, blobBytes) -> {
      if (isTorrent(blobBytes)) {
        tell(seed(digest, blobBytes));
      }
    });
  }

  /** From now on tells this tracker, beginning with all that is known. */
  public synchronized void connect(TrackerStream to) {
    tracker = to;
    blobs.values().forEach(to::announce);
  }

  @Override
  public void needPeers(Digest digest) {
    // An origin gets its bytes from upstream.
  }

  @Override
  public synchronized void changed(Torrent torrent) {
    PieceLayout layout = torrent.layout();
    BlobState known = blobs.get(torrent.digest());
    if (torrent.verified()) {
      if (known == null || known.phase() != BlobState.Phase.SEED) {
        tell(seed(torrent.digest(), layout.blobBytes()));
      }
    } else if (known == null) {
      tell(
          new BlobState(
              torrent.digest(),
              Optional.of(layout.blobBytes()),
              BlobState.Phase.PARTIAL,
              torrent.attestedPieces().cardinality(),
              layout.pieceCount()));
    }
  }

  @Override
  public synchronized void unloaded(Digest digest) {
    BlobState known = blobs.get(digest);
    if (known != null && known.phase() != BlobState.Phase.SEED) {
      withdraw(digest);
    }
  }

  @Override
  public synchronized void onEvicted(Digest digest) {
    withdraw(digest);
  }

  @Override
  public synchronized void misbehaved(PeerId peer, Digest digest, String reason) {
    if (tracker != null) {
      tracker.report(peer, digest, reason);
    }
  }

  private void tell(BlobState state) {
    blobs.put(state.digest(), state);
    if (tracker != null) {
      tracker.announce(state);
    }
  }

  private void withdraw(Digest digest) {
    if (blobs.remove(digest) != null && tracker != null) {
      tracker.withdraw(digest);
    }
  }

  private static BlobState seed(Digest digest, long blobBytes) {
    return BlobState.seed(digest, blobBytes, PieceLayout.forBlob(blobBytes).pieceCount());
  }

  /** Smaller ones come whole and are in no swarm. */
  private static boolean isTorrent(long blobBytes) {
    return blobBytes > PieceLayout.EXTENT_BYTES;
  }
}
