package io.shoal.config;

import java.net.InetSocketAddress;

/**
 * A host and a port as people write them: {@code 127.0.0.1:4600}, {@code tracker:4620}, {@code
 * [::1]:4600}.
 *
 * @param host an IP address or host name, IPv6 without brackets
 * @param port 0 to 65535; to listen on 0 means any free port
 */
public record HostPort(String host, int port) {

  public HostPort {
    if (host.isBlank() || port < 0 || port > 65535) {
      throw new IllegalArgumentException("not a host and a port: " + host + ":" + port);
    }
  }

  /**
   * Parses {@code host:port}.
   *
   * @throws IllegalArgumentException with a text that shows how to write one
   */
  public static HostPort parse(String text) {
    String stripped = text.strip();
    int colon = stripped.lastIndexOf(':');
    String host = colon < 0 ? "" : stripped.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      host = "";
    }
    try {
      return new HostPort(host, Integer.parseInt(stripped.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a host and a port: '" + text + "' (write e.g. 127.0.0.1:4600 or [::1]:4600)", e);
    }
  }

  /** The address to bind or dial; resolves a host name. */
  public InetSocketAddress toSocketAddress() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
