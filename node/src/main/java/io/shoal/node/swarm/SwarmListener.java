package io.shoal.node.swarm;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;

/** What the swarm tells the service around it. Called on the engine's thread; must not block. */
public interface SwarmListener {

  /** The torrent has fewer peers than it wants: ask the tracker. */
  void needPeers(Digest digest);

  /** Pieces came or went, or the torrent began or ended: announce it when convenient. */
  void changed(Torrent torrent);

  /** The torrent is no longer loaded on this node; a verified blob may still be on disk. */
  void unloaded(Digest digest);

  /** A peer sent a piece that did not match. */
  void misbehaved(PeerId peer, Digest digest, String reason);
}
