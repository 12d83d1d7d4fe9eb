package io.shoal.node.wire;

/**
 * Proves that this process knows the cluster secret, and checks that another one does: {@code
 * secret::proof}.
 */
@FunctionalInterface
public interface HelloProof {

  /** Length of a proof. */
  int BYTES = 32;

  /** HMAC-SHA-256 under the cluster secret of what both sides said. Thread-safe. */
  byte[] of(byte[] transcript);
}
