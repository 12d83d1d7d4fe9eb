package io.shoal.core.integrity;

import io.shoal.core.content.Digest;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * The public Ed25519 key of an origin. Its text form, {@code ed25519:BASE64} of the X.509 encoding,
 * is what stands in the cluster file.
 *
 * @param id the first 16 hex digits of the SHA-256 of the encoded key
 * @param key the key itself
 */
public record OriginKey(String id, PublicKey key) {

  private static final String PREFIX = "ed25519:";
  private static final int RAW_BYTES = 32;

  /** The origin key for this public key. */
  public static OriginKey of(PublicKey key) {
    return new OriginKey(Digest.sha256Of(key.getEncoded()).hex().substring(0, 16), key);
  }

  /**
   * Parses the text form.
   *
   * @throws IllegalArgumentException if it is not a valid Ed25519 key
   */
  public static OriginKey parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException("an origin key starts with " + PREFIX);
    }
    try {
      byte[] encoded = Base64.getDecoder().decode(text.substring(PREFIX.length()));
      return of(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 public key", e);
    }
  }

  /** The 32 bytes of the key as RFC 8032 defines them; their X.509 form ends with them. */
  public byte[] raw() {
    byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - RAW_BYTES, encoded.length);
  }

  /** A fresh key pair for an origin. */
  public static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no Ed25519", e);
    }
  }

  /** The text form. */
  public String text() {
    return PREFIX + Base64.getEncoder().encodeToString(key.getEncoded());
  }
}
