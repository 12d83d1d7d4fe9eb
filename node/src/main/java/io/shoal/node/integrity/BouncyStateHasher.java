package io.shoal.node.integrity;

import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.integrity.HashState;
import java.nio.ByteBuffer;
import org.bouncycastle.crypto.ExtendedDigest;
import org.bouncycastle.crypto.digests.EncodableDigest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;

/**
 * The fallback without JDK internals. Bouncy Castle's digests can be encoded and decoded; at a
 * block boundary that form is: an empty word buffer, the byte count, the eight words of the state.
 */
final class BouncyStateHasher extends StateHasher {

  private static final int SCRATCH_BYTES = 8 << 10;

  private final ExtendedDigest digest;
  private final Form form;

  /**
   * Where the fields stand in the encoded form.
   *
   * @param count offset of the byte count
   * @param state offset of the eight words
   * @param stateBytes length of the eight words
   */
  private record Form(int count, int state, int stateBytes) {

    static Form of(HashAlgorithm algorithm) {
      return switch (algorithm) {
        case SHA256 -> new Form(8, 16, algorithm.stateBytes());
        case SHA512 -> new Form(12, 28, algorithm.stateBytes());
      };
    }
  }

  private BouncyStateHasher(HashAlgorithm algorithm, ExtendedDigest digest, long position) {
    super(blockBytes(algorithm), position);
    this.digest = digest;
    this.form = Form.of(algorithm);
  }

  static StateHasher fresh(HashAlgorithm algorithm) {
    ExtendedDigest fresh =
        switch (algorithm) {
          case SHA256 -> new SHA256Digest();
          case SHA512 -> new SHA512Digest();
        };
    return new BouncyStateHasher(algorithm, fresh, 0);
  }

  static StateHasher resume(HashAlgorithm algorithm, HashState state, long position) {
    Form form = Form.of(algorithm);
    ExtendedDigest digest =
        switch (algorithm) {
          case SHA256 -> new SHA256Digest(encode(new SHA256Digest(), form, state, position));
          case SHA512 -> new SHA512Digest(encode(new SHA512Digest(), form, state, position));
        };
    return new BouncyStateHasher(algorithm, digest, position);
  }

  private static byte[] encode(EncodableDigest fresh, Form form, HashState state, long position) {
    byte[] encoded = fresh.getEncodedState();
    ByteBuffer.wrap(encoded).putLong(form.count, position).put(form.state, state.bytes());
    return encoded;
  }

  @Override
  void hash(ByteBuffer bytes) {
    if (bytes.hasArray()) {
      digest.update(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      bytes.position(bytes.limit());
      return;
    }
    byte[] scratch = new byte[Math.min(SCRATCH_BYTES, bytes.remaining())];
    while (bytes.hasRemaining()) {
      int length = Math.min(scratch.length, bytes.remaining());
      bytes.get(scratch, 0, length);
      digest.update(scratch, 0, length);
    }
  }

  @Override
  byte[] save() {
    byte[] encoded = ((EncodableDigest) digest).getEncodedState();
    byte[] state = new byte[form.stateBytes];
    System.arraycopy(encoded, form.state, state, 0, state.length);
    return state;
  }

  @Override
  public byte[] finish() {
    byte[] hash = new byte[digest.getDigestSize()];
    digest.doFinal(hash, 0);
    return hash;
  }
}
