package io.shoal.swarm.engine;

/** What this node does in a torrent. */
public enum TorrentMode {
  /** Downloads what is missing and shares what it has. */
  LEECH,
  /** Has everything and shares it. */
  SEED,
  /** An origin: pieces arrive from upstream; it chooses what it sends. */
  INJECT
}
