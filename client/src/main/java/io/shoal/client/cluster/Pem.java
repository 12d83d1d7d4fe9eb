package io.shoal.client.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The textual form of keys and certificates (RFC 7468). */
final class Pem {

  private Pem() {}

  static String write(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN "
        + label
        + "-----\n"
        + lines.encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** The first entry with this label. */
  static Optional<byte[]> read(String label, String text) {
    Matcher m =
        Pattern.compile(
                "-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END " + label + "-----")
            .matcher(text);
    return m.find() ? Optional.of(Base64.getMimeDecoder().decode(m.group(1))) : Optional.empty();
  }
}
