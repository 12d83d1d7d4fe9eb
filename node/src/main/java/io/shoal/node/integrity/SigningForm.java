package io.shoal.node.integrity;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.StateEntry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.List;

/** The exact bytes that are signed, each kind under a domain string of its own. */
final class SigningForm {

  private SigningForm() {}

  static byte[] ofStates(
      String keyId, Digest digest, long epoch, PieceLayout layout, List<StateEntry> entries) {
    return write(out -> {
      header(out, "shoal states v1", keyId, digest, epoch, layout);
      out.writeInt(entries.size());
      for (StateEntry entry : entries) {
        out.writeInt(entry.piece());
        out.write(entry.state().bytes());
      }
    });
  }

  static byte[] ofFinal(
      String keyId, Digest digest, long epoch, PieceLayout layout, List<HashState> states) {
    MessageDigest hash = HashAlgorithm.SHA256.newMessageDigest();
    states.forEach(state -> hash.update(state.bytes()));
    return write(out -> {
      header(out, "shoal final v1", keyId, digest, epoch, layout);
      out.writeInt(states.size());
      out.write(hash.digest());
    });
  }

  private static void header(
      DataOutputStream out, String domain, String keyId, Digest digest, long epoch, PieceLayout l)
      throws IOException {
    out.writeUTF(domain);
    out.writeUTF(keyId);
    out.writeUTF(digest.toString());
    out.writeLong(epoch);
    out.writeLong(l.blobBytes());
    out.writeInt(l.pieceBytes());
  }

  private interface Body {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static byte[] write(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      body.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }
}
