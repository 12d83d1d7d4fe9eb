package io.shoal.simulation;

/** A rack's uplink: a queue in each direction. */
final class Rack {

  final int index;
  private final double bytesPerNano;
  long upFreeNanos;
  long downFreeNanos;

  Rack(int index, double bytesPerNano) {
    this.index = index;
    this.bytesPerNano = bytesPerNano;
  }

  /** When a packet that reaches the queue at {@code arrival} is through. */
  long pass(long freeNanos, long arrival, int bytes) {
    return Math.max(freeNanos, arrival) + (long) StrictMath.ceil(bytes / bytesPerNano);
  }
}
