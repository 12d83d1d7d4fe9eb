package io.shoal.node.integrity;

import io.shoal.core.integrity.OriginKey;
import io.shoal.core.integrity.Signature;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The origin keys a node believes, taken from its own configuration and from nobody else.
 * Immutable, thread-safe.
 *
 * <p>A slow upstream makes a signature of nearly every piece, and each agent checks each: with the
 * JDK's own Ed25519 that was half of what the engine's thread did. Bouncy Castle's takes an eighth
 * of the time, once its tables are made.
 */
public final class TrustedOrigins {

  private final Map<String, Ed25519PublicKeyParameters> keys = new TreeMap<>();

  /**
   * Trusts exactly these keys.
   *
   * @throws IllegalArgumentException if one is no point of the curve
   */
  public TrustedOrigins(Collection<OriginKey> trusted) {
    trusted.forEach(key -> keys.put(key.id(), new Ed25519PublicKeyParameters(key.raw())));
  }

  /**
   * Makes the tables that checking needs, which takes a fifth of a second of a cold JVM; whoever
   * checks meanwhile waits.
   */
  public static void prepare() {
    Ed25519.precompute();
  }

  /** Whether a trusted origin signed this batch. */
  public boolean accepts(SignedStates s) {
    return verifies(
        s.keyId(),
        SigningForm.ofStates(s.keyId(), s.digest(), s.epoch(), s.layout(), s.entries()),
        s.signature());
  }

  /** Whether a trusted origin signed this metainfo. */
  public boolean accepts(SignedFinal f) {
    return verifies(
        f.keyId(),
        SigningForm.ofFinal(f.keyId(), f.digest(), f.epoch(), f.layout(), f.states()),
        f.signature());
  }

  private boolean verifies(String keyId, byte[] message, Signature signature) {
    Ed25519PublicKeyParameters key = keys.get(keyId);
    return key != null
        && key.verify(
            Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature.bytes(), 0);
  }
}
