package io.shoal.core.peer;

/**
 * Where a peer accepts links.
 *
 * @param host an IP address or host name, IPv6 without brackets
 * @param port 1 to 65535
 */
public record PeerAddress(String host, int port) implements Comparable<PeerAddress> {

  public PeerAddress {
    if (host.isBlank() || port < 1 || port > 65535) {
      throw new IllegalArgumentException("bad peer address: " + host + ":" + port);
    }
  }

  @Override
  public int compareTo(PeerAddress other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
