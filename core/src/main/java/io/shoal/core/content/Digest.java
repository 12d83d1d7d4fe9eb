package io.shoal.core.content;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The content address of a blob: a hash algorithm and the lower-case hex of the hash (OCI image
 * spec, "Digests"). A sha256 and a sha512 digest of the same bytes are different digests; they are
 * never translated into each other.
 *
 * @param algorithm which hash
 * @param hex the hash in lower-case hex, exactly as long as the algorithm says
 */
public record Digest(HashAlgorithm algorithm, String hex) implements Comparable<Digest> {

  private static final HexFormat HEX = HexFormat.of();

  public Digest {
    if (hex.length() != algorithm.digestBytes() * 2 || !isLowerHex(hex)) {
      throw new IllegalArgumentException("not a " + algorithm.ociName() + " hash: " + clip(hex));
    }
  }

  /**
   * Parses {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException if the text is not a digest of a known algorithm
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon > 0) {
      String name = text.substring(0, colon);
      for (HashAlgorithm algorithm : HashAlgorithm.values()) {
        if (algorithm.ociName().equals(name)) {
          return new Digest(algorithm, text.substring(colon + 1));
        }
      }
    }
    throw new IllegalArgumentException("not a digest: " + clip(text));
  }

  /** The digest made of these raw hash bytes. */
  public static Digest of(HashAlgorithm algorithm, byte[] hash) {
    return new Digest(algorithm, HEX.formatHex(hash));
  }

  /** The sha256 digest of these bytes. */
  public static Digest sha256Of(byte[] content) {
    MessageDigest md = HashAlgorithm.SHA256.newMessageDigest();
    return of(HashAlgorithm.SHA256, md.digest(content));
  }

  /** The raw hash. */
  public byte[] bytes() {
    return HEX.parseHex(hex);
  }

  /** The first twelve hex digits, for logs and tables. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    int byAlgorithm = algorithm.compareTo(other.algorithm);
    return byAlgorithm != 0 ? byAlgorithm : hex.compareTo(other.hex);
  }

  /** Independent of the enum's identity hash, so that it is the same in every JVM. */
  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public String toString() {
    return algorithm.ociName() + ":" + hex;
  }

  private static boolean isLowerHex(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  private static String clip(String text) {
    return text.length() <= 150
        ? text
        : String.format(
            Locale.ROOT, "%s... (%d characters)", text.substring(0, 150), text.length());
  }
}
