package io.shoal.cli.pull;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** How far a pull is. Written by the pull, read by whoever shows it. */
public final class PullProgress {

  private static final long UNKNOWN = -1;

  private final long startNanos = System.nanoTime();
  private final AtomicLong expectedBytes = new AtomicLong(UNKNOWN);
  private final AtomicLong receivedBytes = new AtomicLong();
  private final AtomicLong firstByteNanos = new AtomicLong(UNKNOWN);

  /** Length of the configuration and all layers, once the manifest is read. */
  public OptionalLong expectedBytes() {
    return optional(expectedBytes);
  }

  /** Bytes of configuration and layers received so far. */
  public long receivedBytes() {
    return receivedBytes.get();
  }

  /** From the start of the pull to the first byte of a layer. */
  OptionalLong firstByteNanos() {
    return optional(firstByteNanos);
  }

  /** Since the start of the pull. */
  long elapsedNanos() {
    return System.nanoTime() - startNanos;
  }

  void expect(long bytes) {
    expectedBytes.set(bytes);
  }

  void received(long bytes, boolean ofLayer) {
    if (ofLayer && firstByteNanos.get() == UNKNOWN) {
      firstByteNanos.compareAndSet(UNKNOWN, elapsedNanos());
    }
    receivedBytes.addAndGet(bytes);
  }

  /** Bytes that an earlier pull has brought. */
  void resumed(long bytes) {
    receivedBytes.addAndGet(bytes);
  }

  private static OptionalLong optional(AtomicLong value) {
    long now = value.get();
    return now == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(now);
  }
}
