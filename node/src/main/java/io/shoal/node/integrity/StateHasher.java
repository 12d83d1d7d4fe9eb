package io.shoal.node.integrity;

import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.integrity.HashState;
import java.nio.ByteBuffer;

/**
 * SHA-256 or SHA-512 that can start in the middle of a blob and tell its chaining value. Not
 * thread-safe; make one per piece.
 *
 * <p>The fast implementation reaches into the JDK's own digest (which uses the processor's hash
 * instructions); where the process was started without the flags for that, or where a future JDK
 * looks different inside, Bouncy Castle takes over: slower, same results.
 */
public abstract sealed class StateHasher permits JdkStateHasher, BouncyStateHasher {

  private final int blockBytes;
  private long position;

  StateHasher(int blockBytes, long position) {
    this.blockBytes = blockBytes;
    this.position = position;
    requireBoundary();
  }

  /** A hasher at the start of a blob. */
  public static StateHasher start(HashAlgorithm algorithm) {
    return JdkStateHasher.usable()
        ? JdkStateHasher.fresh(algorithm)
        : BouncyStateHasher.fresh(algorithm);
  }

  /**
   * A hasher that goes on after {@code position} bytes whose state is known.
   *
   * @param position a multiple of the algorithm's block
   */
  public static StateHasher at(HashAlgorithm algorithm, HashState state, long position) {
    if (state.length() != algorithm.stateBytes()) {
      throw new IllegalArgumentException("a state of another algorithm than " + algorithm);
    }
    return JdkStateHasher.usable()
        ? JdkStateHasher.resume(algorithm, state, position)
        : BouncyStateHasher.resume(algorithm, state, position);
  }

  /** Whether hashing runs at the JDK's full speed, for a log line at start-up. */
  public static boolean fast() {
    return JdkStateHasher.usable();
  }

  /** Hashes the remaining bytes of a direct or heap buffer and moves it to its limit. */
  public final void update(ByteBuffer bytes) {
    position += bytes.remaining();
    hash(bytes);
  }

  /** The chaining value. The number of bytes hashed must be a multiple of the hash's block. */
  public final HashState state() {
    requireBoundary();
    return HashState.of(save());
  }

  /** The finished hash over everything from the blob's first byte. The hasher is spent. */
  public abstract byte[] finish();

  abstract void hash(ByteBuffer bytes);

  abstract byte[] save();

  static int blockBytes(HashAlgorithm algorithm) {
    return switch (algorithm) {
      case SHA256 -> 64;
      case SHA512 -> 128;
    };
  }

  private void requireBoundary() {
    if (position < 0 || position % blockBytes != 0) {
      throw new IllegalStateException(
          "offset " + position + " is not at the end of a hash block of " + blockBytes + " bytes");
    }
  }
}
