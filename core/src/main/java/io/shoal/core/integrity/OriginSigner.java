package io.shoal.core.integrity;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SignatureException;
import java.util.List;

/**
 * Signs states with an origin's Ed25519 key. Thread-safe. One signature costs about a millisecond,
 * which is why states are signed in batches.
 */
public final class OriginSigner {

  private final OriginKey publicKey;
  private final PrivateKey privateKey;

  /** A signer for this Ed25519 key pair. */
  public OriginSigner(KeyPair keys) {
    this.publicKey = OriginKey.of(keys.getPublic());
    this.privateKey = keys.getPrivate();
  }

  /** The public half, to be put into the cluster file. */
  public OriginKey publicKey() {
    return publicKey;
  }

  /** Signs a batch of states. */
  public SignedStates sign(Digest digest, long epoch, PieceLayout layout, List<StateEntry> batch) {
    String id = publicKey.id();
    Signature signature = raw(SigningForm.ofStates(id, digest, epoch, layout, batch));
    return new SignedStates(id, digest, epoch, layout, batch, signature);
  }

  /** Signs the states of a verified blob. */
  public SignedFinal signFinal(
      Digest digest, long epoch, PieceLayout layout, List<HashState> states) {
    String id = publicKey.id();
    Signature signature = raw(SigningForm.ofFinal(id, digest, epoch, layout, states));
    return new SignedFinal(id, digest, epoch, layout, states, signature);
  }

  private Signature raw(byte[] message) {
    try {
      java.security.Signature engine = java.security.Signature.getInstance("Ed25519");
      engine.initSign(privateKey);
      engine.update(message);
      return Signature.of(engine.sign());
    } catch (SignatureException e) {
      throw new IllegalStateException("signing failed", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 is not usable with this key", e);
    }
  }
}
