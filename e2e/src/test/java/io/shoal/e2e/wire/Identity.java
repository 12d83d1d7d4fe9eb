package io.shoal.e2e.wire;

import io.shoal.e2e.lab.ClusterFile;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Who a test peer claims to be, and what it knows of the cluster.
 *
 * @param id 16 bytes
 * @param cluster the cluster file, or one that a stranger has made up
 */
public record Identity(byte[] id, ClusterFile cluster) {

  private static final int ID_BYTES = 16;
  private static final int SECRET_BYTES = 32;

  /** A member that has the cluster file. */
  public static Identity member(ClusterFile cluster) {
    return new Identity(random(ID_BYTES), cluster);
  }

  /** Somebody who has made up a secret. */
  public static Identity stranger() {
    return new Identity(random(ID_BYTES), new ClusterFile(random(SECRET_BYTES), ""));
  }

  /** The id as the tracker's messages write it. */
  String idText() {
    return HexFormat.of().formatHex(id);
  }

  /** What it shows to the tracker. */
  public String agentToken() {
    return cluster.apiToken("agent");
  }

  byte[] mac(byte[] message) {
    return ClusterFile.mac(cluster.secret(), message);
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
