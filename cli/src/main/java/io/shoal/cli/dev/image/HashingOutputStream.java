package io.shoal.cli.dev.image;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Hashes and counts what passes through. */
final class HashingOutputStream extends FilterOutputStream {

  private final MessageDigest hash = HashAlgorithm.SHA256.newMessageDigest();
  private long bytes;

  HashingOutputStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    out.write(buffer, offset, length);
    hash.update(buffer, offset, length);
    bytes += length;
  }

  /** The digest of everything written; only once, after the last write. */
  Digest digest() {
    return Digest.of(HashAlgorithm.SHA256, hash.digest());
  }

  long bytes() {
    return bytes;
  }
}
