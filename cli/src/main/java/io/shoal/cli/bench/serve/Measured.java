package io.shoal.cli.bench.serve;

/**
 * What one server has done for so many readers.
 *
 * @param server who
 * @param readers at once
 * @param bytes that all of them got
 * @param nanos how long that took
 * @param cpuNanos processor time of the server meanwhile
 */
record Measured(String server, int readers, long bytes, long nanos, long cpuNanos) {

  /** With another round of the same. */
  Measured plus(long moreBytes, long moreNanos, long moreCpuNanos) {
    return new Measured(
        server, readers, bytes + moreBytes, nanos + moreNanos, cpuNanos + moreCpuNanos);
  }

  double gigabytesPerSecond() {
    return (double) bytes / nanos;
  }

  double cpuSecondsPerGigabyte() {
    return (double) cpuNanos / bytes;
  }
}
