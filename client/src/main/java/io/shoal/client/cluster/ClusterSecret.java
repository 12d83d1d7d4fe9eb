package io.shoal.client.cluster;

import io.shoal.core.peer.PeerRole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The 32 bytes every member of a cluster knows. They are never sent: over links a member proves
 * that it knows them, and over the pinned TLS connection to a server it shows a token derived from
 * them. Immutable, thread-safe; {@code toString} tells nothing.
 */
public final class ClusterSecret {

  /** Length in bytes. */
  public static final int BYTES = 32;

  /** Length of a {@link #proof} in bytes. */
  public static final int PROOF_BYTES = 32;

  private static final ClusterSecret INSECURE = new ClusterSecret(new byte[BYTES]);

  private final byte[] value;

  private ClusterSecret(byte[] value) {
    this.value = value;
  }

  /** A fresh secret. */
  public static ClusterSecret random() {
    byte[] value = new byte[BYTES];
    new SecureRandom().nextBytes(value);
    return new ClusterSecret(value);
  }

  /** All zeros, known to everybody: for {@code --insecure} only. */
  public static ClusterSecret insecure() {
    return INSECURE;
  }

  /**
   * Reads 64 hex digits.
   *
   * @throws IllegalArgumentException if the text is anything else, or the insecure secret
   */
  public static ClusterSecret parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException("a cluster secret has 64 hex digits");
    }
    ClusterSecret secret = new ClusterSecret(HexFormat.of().parseHex(hex));
    if (secret.isInsecure()) {
      throw new IllegalArgumentException("a cluster secret of zeros protects nothing");
    }
    return secret;
  }

  /** Whether this is {@link #insecure()}. */
  public boolean isInsecure() {
    return Arrays.equals(value, INSECURE.value);
  }

  /** The 64 hex digits, for the cluster file. */
  String hex() {
    return HexFormat.of().formatHex(value);
  }

  /** What a peer shows to a tracker or origin, as a bearer token. */
  public String apiToken(PeerRole role) {
    return apiToken(role.name().toLowerCase(Locale.ROOT));
  }

  /** What an operator's command shows to a tracker or origin, as a bearer token. */
  public String operatorToken() {
    return apiToken("operator");
  }

  private String apiToken(String role) {
    byte[] message = ("shoal api v1:" + role).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(hmac(message));
  }

  /**
   * Proves to the other end of a link that this end knows the secret.
   *
   * @param transcript what both sides said, with a fresh nonce of each, and which side proves:
   *     whatever the proof is to hold for
   */
  public byte[] proof(byte[] transcript) {
    byte[] domain = "shoal link proof v1".getBytes(StandardCharsets.UTF_8);
    return hmac(
        ByteBuffer.allocate(domain.length + transcript.length).put(domain).put(transcript).array());
  }

  /** Compares in constant time. */
  public static boolean matches(byte[] expected, byte[] received) {
    return MessageDigest.isEqual(expected, received);
  }

  /** Compares tokens in constant time. */
  public static boolean matches(String expected, String received) {
    return matches(
        expected.getBytes(StandardCharsets.UTF_8), received.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] hmac(byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(value, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no HmacSHA256", e);
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof ClusterSecret s && MessageDigest.isEqual(s.value, value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return isInsecure() ? "ClusterSecret(insecure)" : "ClusterSecret(...)";
  }
}
