package io.shoal.node.integrity;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.OriginKey;
import io.shoal.core.integrity.Signature;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Signs states with an origin's Ed25519 key. Thread-safe. */
public final class OriginSigner {

  private final OriginKey publicKey;
  private final Ed25519PrivateKeyParameters privateKey;

  /**
   * A signer for this Ed25519 key pair.
   *
   * @throws IllegalArgumentException if it is of another kind, or its private half is hidden
   */
  public OriginSigner(KeyPair keys) {
    this.publicKey = OriginKey.of(keys.getPublic());
    this.privateKey = new Ed25519PrivateKeyParameters(seed(keys.getPrivate()));
  }

  private static byte[] seed(PrivateKey key) {
    if (key instanceof EdECPrivateKey ed && ed.getParams().getName().equals("Ed25519")) {
      return ed.getBytes()
          .orElseThrow(() -> new IllegalArgumentException("the private key cannot be read"));
    }
    throw new IllegalArgumentException("not an Ed25519 key but " + key.getAlgorithm());
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
    byte[] signature = new byte[Signature.BYTES];
    privateKey.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    return Signature.of(signature);
  }
}
