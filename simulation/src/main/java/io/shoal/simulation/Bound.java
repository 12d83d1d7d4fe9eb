package io.shoal.simulation;

import io.shoal.core.content.PieceLayout;

/** The time no schedule can beat, for agents that begin together. */
final class Bound {

  private Bound() {}

  /**
   * The largest of: what N equal links need for M pieces (Mundinger, Weber and Weiss), upstream's
   * time and one piece more if the origins begin with nothing, and a rack's uplink.
   */
  static double seconds(SimulationConfig config) {
    double bytes = config.imageBytes();
    double pieces = 0;
    double piece = 0;
    for (long blob : config.blobBytes()) {
      PieceLayout layout = PieceLayout.forBlob(blob);
      pieces += layout.pieceCount();
      piece = Math.max(piece, (double) Math.min(blob, layout.pieceBytes()));
    }
    double rate = config.rates().agent().bytesPerSecond();
    int doublings = 31 - Integer.numberOfLeadingZeros(config.agents());
    double bound = bytes / rate * (1 + doublings / pieces);
    if (config.rates().upstream().isPresent()) {
      double upstream = config.rates().upstream().get().bytesPerSecond();
      bound = Math.max(bound, bytes / upstream + piece / rate);
    }
    if (config.racks().count() > 0) {
      bound = Math.max(bound, bytes / (uplinkBytesPerNano(config) * 1e9));
    }
    return bound;
  }

  /** What the uplink of a rack carries each way. */
  static double uplinkBytesPerNano(SimulationConfig config) {
    int racks = Math.max(1, config.racks().count());
    int hosts = (config.agents() + racks - 1) / racks;
    double rate = config.rates().agent().bytesPerSecond() / 1e9;
    return rate * hosts / config.racks().oversubscription();
  }
}
