package io.shoal.node.store;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.node.codec.ByteReader;
import io.shoal.node.codec.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/** The binary form of the store's records: a version byte, then big-endian fields. */
final class RecordCodec {

  private static final int VERSION = 1;

  private RecordCodec() {}

  /** A verified blob. */
  record BlobRecord(long bytes, long lastUsedMillis, Optional<String> mediaType) {}

  /**
   * A partial blob.
   *
   * @param unproven whether slots outside {@code durable} may hold good bytes of an unclean run
   * @param durable pieces known to be good and on the disk
   */
  record PartialRecord(
      PieceLayout layout, long lastUsedMillis, boolean unproven, Bitfield durable) {}

  static byte[] key(Digest digest) {
    return ByteReader.digest(digest);
  }

  static Digest digestOf(byte[] key) throws MalformedException {
    ByteReader in = new ByteReader(key);
    Digest digest = in.digest();
    in.end();
    return digest;
  }

  static byte[] key(TagKey tag) {
    return write(out -> {
      out.write(ByteReader.text(tag.upstream()));
      out.write(ByteReader.text(tag.repository()));
      out.write(ByteReader.text(tag.tag()));
    });
  }

  static byte[] toBytes(BlobRecord blob) {
    return write(out -> {
      out.writeByte(VERSION);
      out.writeLong(blob.bytes);
      out.writeLong(blob.lastUsedMillis);
      out.write(ByteReader.text(blob.mediaType.orElse("")));
    });
  }

  static BlobRecord blob(byte[] bytes) throws MalformedException {
    ByteReader in = open(bytes);
    long length = in.i64();
    long lastUsedMillis = in.i64();
    String mediaType = in.text();
    in.end();
    return new BlobRecord(
        length, lastUsedMillis, Optional.of(mediaType).filter(type -> !type.isEmpty()));
  }

  static byte[] toBytes(PartialRecord partial) {
    return write(out -> {
      out.writeByte(VERSION);
      out.writeLong(partial.layout.blobBytes());
      out.writeInt(partial.layout.pieceBytes());
      out.writeLong(partial.lastUsedMillis);
      out.writeBoolean(partial.unproven);
      out.write(partial.durable.toBytes());
    });
  }

  static PartialRecord partial(byte[] bytes) throws MalformedException {
    ByteReader in = open(bytes);
    long blobBytes = in.i64();
    int pieceBytes = in.i32();
    long lastUsedMillis = in.i64();
    boolean unproven = in.u8() != 0;
    try {
      PieceLayout layout = new PieceLayout(blobBytes, pieceBytes);
      int pieces = layout.pieceCount();
      Bitfield durable = Bitfield.fromBytes(pieces, in.bytes((pieces + 7) / 8));
      in.end();
      return new PartialRecord(layout, lastUsedMillis, unproven, durable);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MalformedException("partial blob out of range", e);
    }
  }

  static byte[] toBytes(ResolvedTag tag) {
    return write(out -> {
      out.writeByte(VERSION);
      out.write(ByteReader.digest(tag.digest()));
      out.writeLong(tag.checkedAt().toEpochMilli());
    });
  }

  static ResolvedTag tag(byte[] bytes) throws MalformedException {
    ByteReader in = open(bytes);
    Digest digest = in.digest();
    Instant checkedAt = Instant.ofEpochMilli(in.i64());
    in.end();
    return new ResolvedTag(digest, checkedAt);
  }

  static byte[] pin(long untilMillis) {
    return write(out -> {
      out.writeByte(VERSION);
      out.writeLong(untilMillis);
    });
  }

  static long pin(byte[] bytes) throws MalformedException {
    ByteReader in = open(bytes);
    long untilMillis = in.i64();
    in.end();
    return untilMillis;
  }

  private static ByteReader open(byte[] bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("version " + version + " of a record is not known");
    }
    return in;
  }

  private interface Body {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static byte[] write(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      body.writeTo(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }
}
