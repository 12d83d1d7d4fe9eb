package io.shoal.node.codec;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.Signature;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of signed states, the same on the wire and on disk. All numbers are big-endian:
 *
 * <pre>
 * u8 version (1) | text keyId | u8 algorithm | hash | i64 epoch | i64 blobBytes | i32 pieceBytes
 *   | i32 count | count x (states: i32 piece, state; final: state) | 64 bytes signature
 * </pre>
 *
 * <p>Reading checks the form only; whether to believe it is for {@code TrustedOrigins} to say.
 */
public final class IntegrityCodec {

  private static final int VERSION = 1;

  private IntegrityCodec() {}

  /** Writes a batch of states. */
  public static void write(SignedStates states, DataOutput out) throws IOException {
    writeHead(out, states.keyId(), states.digest(), states.epoch(), states.layout());
    out.writeInt(states.entries().size());
    for (StateEntry entry : states.entries()) {
      out.writeInt(entry.piece());
      out.write(entry.state().bytes());
    }
    out.write(states.signature().bytes());
  }

  /** Writes the metainfo of a verified blob. */
  public static void write(SignedFinal metaInfo, DataOutput out) throws IOException {
    writeHead(out, metaInfo.keyId(), metaInfo.digest(), metaInfo.epoch(), metaInfo.layout());
    out.writeInt(metaInfo.states().size());
    for (HashState state : metaInfo.states()) {
      out.write(state.bytes());
    }
    out.write(metaInfo.signature().bytes());
  }

  /** The form of a batch of states as an array. */
  public static byte[] toBytes(SignedStates states) {
    return inMemory(out -> write(states, out));
  }

  /** The form of a metainfo as an array. */
  public static byte[] toBytes(SignedFinal metaInfo) {
    return inMemory(out -> write(metaInfo, out));
  }

  /** Reads a batch of states that fills the rest of the buffer. */
  public static SignedStates readStates(ByteBuffer bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    Head head = readHead(in);
    int stateBytes = head.digest.algorithm().stateBytes();
    int count = in.count(Integer.BYTES + stateBytes);
    try {
      List<StateEntry> entries = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        entries.add(new StateEntry(in.i32(), HashState.of(in.bytes(stateBytes))));
      }
      Signature signature = readSignature(in);
      return new SignedStates(head.keyId, head.digest, head.epoch, head.layout, entries, signature);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MalformedException("states out of range", e);
    }
  }

  /** Reads a metainfo that fills the rest of the buffer. */
  public static SignedFinal readFinal(ByteBuffer bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    Head head = readHead(in);
    int stateBytes = head.digest.algorithm().stateBytes();
    int count = in.count(stateBytes);
    try {
      List<HashState> states = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        states.add(HashState.of(in.bytes(stateBytes)));
      }
      Signature signature = readSignature(in);
      return new SignedFinal(head.keyId, head.digest, head.epoch, head.layout, states, signature);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MalformedException("metainfo out of range", e);
    }
  }

  private record Head(String keyId, Digest digest, long epoch, PieceLayout layout) {}

  private static void writeHead(
      DataOutput out, String keyId, Digest digest, long epoch, PieceLayout layout)
      throws IOException {
    out.writeByte(VERSION);
    out.write(ByteReader.text(keyId));
    out.write(ByteReader.digest(digest));
    out.writeLong(epoch);
    out.writeLong(layout.blobBytes());
    out.writeInt(layout.pieceBytes());
  }

  private static Head readHead(ByteReader in) throws MalformedException {
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("version " + version + " of signed states is not known");
    }
    String keyId = in.text();
    Digest digest = in.digest();
    long epoch = in.i64();
    long blobBytes = in.i64();
    int pieceBytes = in.i32();
    try {
      return new Head(keyId, digest, epoch, new PieceLayout(blobBytes, pieceBytes));
    } catch (IllegalArgumentException e) {
      throw new MalformedException("layout out of range", e);
    }
  }

  private static Signature readSignature(ByteReader in) throws MalformedException {
    Signature signature = Signature.of(in.bytes(Signature.BYTES));
    in.end();
    return signature;
  }

  private interface Body {
    void writeTo(DataOutput out) throws IOException;
  }

  private static byte[] inMemory(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      body.writeTo(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }
}
