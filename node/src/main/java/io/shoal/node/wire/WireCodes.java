package io.shoal.node.wire;

import io.shoal.core.content.HashAlgorithm;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.RejectReason;

/** How the values of enums are named on the wire. */
final class WireCodes {

  private static final RejectReason[] REASONS = RejectReason.values();
  private static final PeerRole[] ROLES = PeerRole.values();

  private WireCodes() {}

  static int codeOf(HashAlgorithm algorithm) {
    return switch (algorithm) {
      case SHA256 -> 1;
      case SHA512 -> 2;
    };
  }

  static HashAlgorithm algorithm(int code) throws ProtocolException {
    return switch (code) {
      case 1 -> HashAlgorithm.SHA256;
      case 2 -> HashAlgorithm.SHA512;
      default -> throw new ProtocolException("unknown hash algorithm " + code);
    };
  }

  /** Reasons are only ever appended. */
  @SuppressWarnings("EnumOrdinal")
  static int codeOf(RejectReason reason) {
    return reason.ordinal();
  }

  static RejectReason reason(int code) throws ProtocolException {
    if (code >= REASONS.length) {
      throw new ProtocolException("unknown reason " + code);
    }
    return REASONS[code];
  }

  /** Roles are only ever appended. */
  @SuppressWarnings("EnumOrdinal")
  static int codeOf(PeerRole role) {
    return role.ordinal();
  }

  static PeerRole role(int code) throws ProtocolException {
    if (code >= ROLES.length) {
      throw new ProtocolException("unknown role " + code);
    }
    return ROLES[code];
  }
}
