package io.shoal.origin.fetch;

import io.shoal.core.content.PieceLayout;
import io.shoal.node.swarm.Torrent;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletionStage;

/**
 * A blob that is loaded as a torrent, maybe arriving.
 *
 * @param torrent held for this reader
 * @param waiting ends the wait for bytes when the fetch that should bring them has failed
 */
record LoadedLocal(Torrent torrent, Waiting waiting) implements LocalBlob {

  @Override
  public PieceLayout layout() {
    return torrent.layout();
  }

  @Override
  public long epoch() {
    return torrent.epoch();
  }

  @Override
  public boolean complete() {
    return torrent.verified();
  }

  @Override
  public CompletionStage<Long> servable(long offset) {
    return waiting.orFailure(torrent.servable(offset));
  }

  @Override
  public FileChannel channel() {
    return torrent.channel();
  }

  @Override
  public void close() {
    torrent.release();
  }
}
