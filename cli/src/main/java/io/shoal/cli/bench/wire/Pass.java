package io.shoal.cli.bench.wire;

/**
 * One mode, measured.
 *
 * @param bytes moved
 * @param nanos how long that took
 * @param sender what the sender used meanwhile
 * @param receiver what the receiver used meanwhile
 */
record Pass(Mode mode, long bytes, long nanos, Usage sender, Usage receiver) {

  double gigabytesPerSecond() {
    return (double) bytes / nanos;
  }

  double senderCpu() {
    return (double) sender.cpuNanos() / bytes;
  }

  double receiverCpu() {
    return (double) receiver.cpuNanos() / bytes;
  }
}
