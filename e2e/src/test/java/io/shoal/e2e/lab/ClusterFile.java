package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What {@code cluster.yml} says, read without the code that wrote it.
 *
 * @param secret 32 bytes
 * @param originKeyId the name under which the origin signs
 */
public record ClusterFile(byte[] secret, String originKeyId) {

  private static final Pattern SECRET =
      Pattern.compile("^secret: *['\"]?([0-9a-f]{64})['\"]?$", Pattern.MULTILINE);
  private static final Pattern ORIGIN_KEY = Pattern.compile("ed25519:([A-Za-z0-9+/=]+)");

  static ClusterFile read(Path file) {
    try {
      String text = Files.readString(file);
      byte[] key = Base64.getDecoder().decode(find(ORIGIN_KEY, text));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
      return new ClusterFile(
          HexFormat.of().parseHex(find(SECRET, text)),
          HexFormat.of().formatHex(hash).substring(0, 16));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String find(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new AssertionError("the cluster file has nothing like " + pattern);
    }
    return found.group(1);
  }

  /** What a caller of this role ({@code agent}, {@code operator}) shows to tracker and origin. */
  public String apiToken(String role) {
    byte[] text = ("shoal api v1:" + role).getBytes(StandardCharsets.US_ASCII);
    return HexFormat.of().formatHex(mac(secret, text));
  }

  /** HMAC-SHA-256. */
  public static byte[] mac(byte[] secret, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
