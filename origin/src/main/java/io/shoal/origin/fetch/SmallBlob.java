package io.shoal.origin.fetch;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.RemoteBlob;
import io.shoal.origin.upstream.OriginFailure;

/** Blobs that are read whole. */
final class SmallBlob {

  private SmallBlob() {}

  /** Reads a blob of this length and checks it. */
  static byte[] read(RemoteSource source, RemoteBlob remote, int blobBytes)
      throws OriginFailure, InterruptedException {
    byte[] content = new byte[blobBytes];
    byte[] part = new byte[Math.min(blobBytes, 64 << 10)];
    int have = 0;
    while (have < blobBytes) {
      int most = source.budget().take(have, Math.min(part.length, blobBytes - have));
      int read = source.read(remote, part, most);
      if (read == 0) {
        throw OriginFailure.of(
            OriginReason.UPSTREAM_UNREACHABLE, source.ref().digest() + " ends early at upstream");
      }
      System.arraycopy(part, 0, content, have, read);
      have += read;
    }
    check(
        source.ref().digest(),
        source.ref().digest().algorithm().newMessageDigest().digest(content));
    return content;
  }

  /**
   * Compares a hash with the digest it should be.
   *
   * @throws OriginFailure saying what upstream sent
   */
  static void check(Digest digest, byte[] hash) throws OriginFailure {
    Digest found = Digest.of(digest.algorithm(), hash);
    if (!found.equals(digest)) {
      throw OriginFailure.of(
          OriginReason.UPSTREAM_FAILED,
          "upstream sent bytes whose digest is " + found + " for " + digest);
    }
  }
}
