package io.shoal.oci.upstream;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Addresses that only somebody inside can reach: what a stranger's redirect or name must not lead
 * to (IANA special-purpose address registries).
 */
final class PrivateAddresses {

  private static final class Block {

    private final byte[] prefix;
    private final int bits;

    Block(byte[] prefix, int bits) {
      this.prefix = prefix;
      this.bits = bits;
    }

    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Block> BLOCKS =
      List.of(
          block("0.0.0.0", 8),
          block("10.0.0.0", 8),
          block("100.64.0.0", 10),
          block("127.0.0.0", 8),
          block("169.254.0.0", 16),
          block("172.16.0.0", 12),
          block("192.0.0.0", 24),
          block("192.168.0.0", 16),
          block("198.18.0.0", 15),
          block("224.0.0.0", 3),
          block("::", 127),
          block("fc00::", 7),
          block("fe80::", 9),
          block("ff00::", 8));

  /** IPv6 blocks whose addresses carry an IPv4 address, and at which byte it begins. */
  private static final Block NAT64 = block("64:ff9b::", 96);

  private static final Block NAT64_LOCAL = block("64:ff9b:1::", 48);
  private static final Block SIX_TO_FOUR = block("2002::", 16);
  private static final Block TEREDO = block("2001::", 32);

  private PrivateAddresses() {}

  static boolean contain(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (BLOCKS.stream().anyMatch(block -> block.contains(bytes))) {
      return true;
    }
    if (address instanceof Inet4Address) {
      return false;
    }
    if (NAT64_LOCAL.contains(bytes) || TEREDO.contains(bytes) || isCompatible(bytes)) {
      return true;
    }
    if (NAT64.contains(bytes)) {
      return containIpv4(bytes, 12);
    }
    return SIX_TO_FOUR.contains(bytes) && containIpv4(bytes, 2);
  }

  /** {@code ::a.b.c.d}, long out of use; mapped addresses are IPv4 for Java already. */
  private static boolean isCompatible(byte[] bytes) {
    for (int i = 0; i < 12; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean containIpv4(byte[] bytes, int at) {
    byte[] inner = Arrays.copyOfRange(bytes, at, at + 4);
    return BLOCKS.stream().anyMatch(block -> block.contains(inner));
  }

  private static Block block(String address, int bits) {
    return new Block(InetAddress.ofLiteral(address).getAddress(), bits);
  }

  /** Whether this looks like an address and not like a name; then no lookup is made of it. */
  static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  /** Whether a host that is given as an address is private. */
  static boolean containLiteral(String host) throws UnknownHostException {
    return contain(InetAddress.getByName(host));
  }
}
