package io.shoal.simulation;

/** A rack's uplink: a queue in each direction. */
final class Rack {

  final int index;
  private final double bytesPerNano;
  private long upFreeNanos;
  private long downFreeNanos;

  Rack(int index, double bytesPerNano) {
    this.index = index;
    this.bytesPerNano = bytesPerNano;
  }

  /** When a packet that gets in line now is out of the rack. */
  long passUp(long now, int bytes) {
    upFreeNanos = Math.max(upFreeNanos, now) + (long) StrictMath.ceil(bytes / bytesPerNano);
    return upFreeNanos;
  }

  /** When a packet that gets in line now is in the rack. */
  long passDown(long now, int bytes) {
    downFreeNanos = Math.max(downFreeNanos, now) + (long) StrictMath.ceil(bytes / bytesPerNano);
    return downFreeNanos;
  }
}
