package io.shoal.node.integrity;

import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.integrity.HashState;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and sets the state of the JDK's own digests by reflection. Needs {@code --add-opens} of
 * {@code java.security} and {@code sun.security.provider} in {@code java.base}. Nothing here is
 * believed before {@link #selfTest} has compared it with plain digests.
 */
final class JdkStateHasher extends StateHasher {

  private static final Logger log = LoggerFactory.getLogger(JdkStateHasher.class);

  /** The private fields of one digest class. */
  private record Internals(Field spi, Field state, Field bytesProcessed) {

    static Internals of(HashAlgorithm algorithm) throws ReflectiveOperationException {
      MessageDigest digest = algorithm.newMessageDigest();
      Field spi = field(digest.getClass(), "digestSpi");
      Class<?> type = spi.get(digest).getClass();
      return new Internals(spi, field(type, "state"), field(type, "bytesProcessed"));
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
      for (Class<?> c = type; c != null; c = c.getSuperclass()) {
        for (Field field : c.getDeclaredFields()) {
          if (field.getName().equals(name)) {
            field.setAccessible(true);
            return field;
          }
        }
      }
      throw new NoSuchFieldException(name + " in " + type.getName());
    }
  }

  private static final @Nullable Map<HashAlgorithm, Internals> INTERNALS = openInternals();

  private final MessageDigest digest;
  private final Internals internals;

  private JdkStateHasher(HashAlgorithm algorithm, Internals in, @Nullable HashState from, long at)
      throws ReflectiveOperationException {
    super(blockBytes(algorithm), at);
    this.digest = algorithm.newMessageDigest();
    this.internals = in;
    if (from != null) {
      Object spi = in.spi.get(digest);
      ByteBuffer bytes = ByteBuffer.wrap(from.bytes());
      switch (in.state.get(spi)) {
        case int[] words -> bytes.asIntBuffer().get(words);
        case long[] words -> bytes.asLongBuffer().get(words);
        default -> throw new NoSuchFieldException("the state is neither int[] nor long[]");
      }
      in.bytesProcessed.setLong(spi, at);
    }
  }

  static boolean usable() {
    return INTERNALS != null;
  }

  static StateHasher fresh(HashAlgorithm algorithm) {
    return open(algorithm, null, 0);
  }

  static StateHasher resume(HashAlgorithm algorithm, HashState state, long position) {
    return open(algorithm, state, position);
  }

  private static StateHasher open(HashAlgorithm algorithm, @Nullable HashState state, long at) {
    Internals internals = INTERNALS == null ? null : INTERNALS.get(algorithm);
    if (internals == null) {
      throw new IllegalStateException("the JDK's digests are closed to this process");
    }
    try {
      return new JdkStateHasher(algorithm, internals, state, at);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the JDK's digest changed while running", e);
    }
  }

  @Override
  void hash(ByteBuffer bytes) {
    digest.update(bytes);
  }

  /**
   * Reads the state of a copy that was given one byte more. The compiled SHA-512 may leave the last
   * full block in the digest's buffer, so that the state lags behind; the extra byte pushes that
   * block through and stays in the buffer itself.
   */
  @Override
  byte[] save() {
    try {
      MessageDigest pushed = (MessageDigest) digest.clone();
      pushed.update((byte) 0);
      return switch (internals.state.get(internals.spi.get(pushed))) {
        case int[] words -> {
          ByteBuffer out = ByteBuffer.allocate(words.length * Integer.BYTES);
          out.asIntBuffer().put(words);
          yield out.array();
        }
        case long[] words -> {
          ByteBuffer out = ByteBuffer.allocate(words.length * Long.BYTES);
          out.asLongBuffer().put(words);
          yield out.array();
        }
        default -> throw new IllegalStateException("the state is neither int[] nor long[]");
      };
    } catch (ReflectiveOperationException | CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's digest changed while running", e);
    }
  }

  @Override
  public byte[] finish() {
    return digest.digest();
  }

  private static @Nullable Map<HashAlgorithm, Internals> openInternals() {
    try {
      Map<HashAlgorithm, Internals> all = new EnumMap<>(HashAlgorithm.class);
      for (HashAlgorithm algorithm : HashAlgorithm.values()) {
        Internals internals = Internals.of(algorithm);
        selfTest(algorithm, internals);
        all.put(algorithm, internals);
      }
      return all;
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.warn(
          "Hashing falls back to a slower implementation. Start Java with --add-opens"
              + " java.base/java.security=ALL-UNNAMED --add-opens"
              + " java.base/sun.security.provider=ALL-UNNAMED to avoid it. ({})",
          e.toString());
      return null;
    }
  }

  /** Goes on from a saved state in a second digest and compares with one that never stopped. */
  private static void selfTest(HashAlgorithm algorithm, Internals internals)
      throws ReflectiveOperationException {
    int cut = 4 * blockBytes(algorithm);
    byte[] sample = new byte[2 * cut + 7];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = (byte) (i * 31);
    }
    JdkStateHasher first = new JdkStateHasher(algorithm, internals, null, 0);
    first.update(ByteBuffer.wrap(sample, 0, cut));
    HashState middle = first.state();
    JdkStateHasher second = new JdkStateHasher(algorithm, internals, middle, cut);
    second.update(ByteBuffer.wrap(sample, cut, sample.length - cut));
    byte[] expected = algorithm.newMessageDigest().digest(sample);
    if (!Arrays.equals(second.finish(), expected)) {
      throw new IllegalStateException(algorithm + " went wrong from a saved state");
    }
  }
}
