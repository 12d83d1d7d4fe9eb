package io.shoal.core.integrity;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The origin keys a node believes, taken from its own configuration and from nobody else.
 * Immutable, thread-safe.
 */
public final class TrustedOrigins {

  private final Map<String, PublicKey> keys = new TreeMap<>();

  /** Trusts exactly these keys. */
  public TrustedOrigins(Collection<OriginKey> trusted) {
    trusted.forEach(key -> keys.put(key.id(), key.key()));
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
    PublicKey key = keys.get(keyId);
    if (key == null) {
      return false;
    }
    try {
      java.security.Signature engine = java.security.Signature.getInstance("Ed25519");
      engine.initVerify(key);
      engine.update(message);
      return engine.verify(signature.bytes());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
