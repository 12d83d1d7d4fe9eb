package io.shoal.cli.pull;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Requests to an agent over the JDK's blocking client: it reads from the socket straight into the
 * caller's buffer, which takes half the processor time of the asynchronous one.
 */
final class Get {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** The longest time without a byte. */
  private static final Duration STALL_LIMIT = Duration.ofSeconds(90);

  private static final int MOST_REASON_BYTES = 64 << 10;

  private Get() {}

  /** A request that is not sent yet; no proxy stands between a client and its agent. */
  static HttpURLConnection open(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout((int) CONNECT_LIMIT.toMillis());
    connection.setReadTimeout((int) STALL_LIMIT.toMillis());
    connection.setRequestProperty("Accept", "*/*");
    return connection;
  }

  /** Why a request was refused, as far as the answer tells. */
  static String reason(HttpURLConnection connection) throws IOException {
    try (InputStream body = connection.getErrorStream()) {
      byte[] text = body == null ? new byte[0] : body.readNBytes(MOST_REASON_BYTES);
      return RegistryReason.of(new String(text, StandardCharsets.UTF_8));
    }
  }
}
