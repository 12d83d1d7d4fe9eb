package io.shoal.node.swarm;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.PieceLayout;
import java.util.EnumMap;
import java.util.Map;

/** What has happened to one torrent, for those who watch it. Guarded by its torrent. */
final class TorrentCounts {

  final Bitfield recovered;
  final Bitfield requested;
  int failed;
  long sentBytes;
  long receivedBytes;

  private final PieceLayout layout;
  private final Map<ByteSource, Long> bytesBySource = new EnumMap<>(ByteSource.class);

  TorrentCounts(PieceLayout layout) {
    this.layout = layout;
    this.recovered = new Bitfield(layout.pieceCount());
    this.requested = new Bitfield(layout.pieceCount());
  }

  void attested(int piece, ByteSource source) {
    bytesBySource.merge(source, (long) layout.pieceLength(piece), Long::sum);
  }

  Progress progress(int attestedPieces, boolean verified) {
    return new Progress(
        layout.pieceCount(),
        attestedPieces,
        recovered.toList(),
        requested.toList(),
        failed,
        bytesBySource,
        sentBytes,
        receivedBytes,
        verified);
  }
}
