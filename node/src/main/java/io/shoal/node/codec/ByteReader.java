package io.shoal.node.codec;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads big-endian fields from untrusted bytes. Every length is compared with what is left before
 * anything is allocated. The reader works on a view: the buffer it was made from does not move.
 */
public final class ByteReader {

  private final ByteBuffer in;

  /** Reads the remaining bytes of this buffer. */
  public ByteReader(ByteBuffer bytes) {
    this.in = bytes.slice().order(ByteOrder.BIG_ENDIAN);
  }

  /** Reads these bytes. */
  public ByteReader(byte[] bytes) {
    this(ByteBuffer.wrap(bytes));
  }

  /** The next byte, 0 to 255. */
  public int u8() throws MalformedException {
    try {
      return in.get() & 0xff;
    } catch (BufferUnderflowException e) {
      throw cutShort(1, e);
    }
  }

  /** The next four bytes. */
  public int i32() throws MalformedException {
    try {
      return in.getInt();
    } catch (BufferUnderflowException e) {
      throw cutShort(4, e);
    }
  }

  /** The next eight bytes. */
  public long i64() throws MalformedException {
    try {
      return in.getLong();
    } catch (BufferUnderflowException e) {
      throw cutShort(8, e);
    }
  }

  /** The next {@code length} bytes. */
  public byte[] bytes(int length) throws MalformedException {
    if (length < 0 || length > in.remaining()) {
      throw new MalformedException(length + " bytes announced, " + in.remaining() + " left");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** A count of items, each at least {@code itemBytes} long, that can still be there. */
  public int count(int itemBytes) throws MalformedException {
    int count = i32();
    if (count < 0 || count > in.remaining() / itemBytes) {
      throw new MalformedException(count + " items announced, " + in.remaining() + " bytes left");
    }
    return count;
  }

  /** UTF-8 text behind an unsigned 16-bit length, as {@link #text(String)} writes it. */
  public String text() throws MalformedException {
    ByteBuffer utf8 = ByteBuffer.wrap(bytes((u8() << 8) | u8()));
    try {
      // Refuses what is not UTF-8, where new String() would put something in its place.
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a text is not UTF-8", e);
    }
  }

  /** A digest, as {@link #digest(Digest)} writes it. */
  public Digest digest() throws MalformedException {
    int code = u8();
    HashAlgorithm algorithm =
        switch (code) {
          case 1 -> HashAlgorithm.SHA256;
          case 2 -> HashAlgorithm.SHA512;
          default -> throw new MalformedException("hash algorithm " + code + " is not known");
        };
    return Digest.of(algorithm, bytes(algorithm.digestBytes()));
  }

  /** Checks that nothing is left. */
  public void end() throws MalformedException {
    if (in.hasRemaining()) {
      throw new MalformedException(in.remaining() + " bytes too many");
    }
  }

  /**
   * The form of a text that {@link #text()} reads.
   *
   * @throws IllegalArgumentException if it is longer than 65535 bytes
   */
  public static byte[] text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > 0xffff) {
      throw new IllegalArgumentException("text of " + utf8.length + " bytes");
    }
    return ByteBuffer.allocate(2 + utf8.length).putShort((short) utf8.length).put(utf8).array();
  }

  /** The form of a digest that {@link #digest()} reads: a byte for the algorithm, the raw hash. */
  public static byte[] digest(Digest digest) {
    int code =
        switch (digest.algorithm()) {
          case SHA256 -> 1;
          case SHA512 -> 2;
        };
    byte[] hash = digest.bytes();
    return ByteBuffer.allocate(1 + hash.length).put((byte) code).put(hash).array();
  }

  private MalformedException cutShort(int wanted, Throwable cause) {
    return new MalformedException(wanted + " bytes expected, " + in.remaining() + " left", cause);
  }
}
