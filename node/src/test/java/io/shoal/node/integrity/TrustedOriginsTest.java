package io.shoal.node.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.HashState;
import io.shoal.core.integrity.OriginKey;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.integrity.StateEntry;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustedOriginsTest {

  private static final Digest BLOB = Digest.sha256Of(new byte[0]);
  private static final StateEntry ENTRY = new StateEntry(0, HashState.of(new byte[32]));

  @Test
  void onlyATrustedOriginsSignatureOverExactlyTheseStatesCounts() {
    OriginSigner signer = new OriginSigner(OriginKey.generate());
    OriginSigner stranger = new OriginSigner(OriginKey.generate());
    TrustedOrigins trusted =
        new TrustedOrigins(List.of(OriginKey.parse(signer.publicKey().text())));
    PieceLayout layout = PieceLayout.forBlob(3 << 20);
    List<StateEntry> entries = List.of(ENTRY);
    SignedStates good = signer.sign(BLOB, 5, layout, entries);

    assertThat(trusted.accepts(good)).isTrue();
    assertThat(trusted.accepts(stranger.sign(BLOB, 5, layout, entries))).isFalse();
    SignedStates otherEpoch =
        new SignedStates(good.keyId(), BLOB, 6, layout, entries, good.signature());
    assertThat(trusted.accepts(otherEpoch)).isFalse();
    byte[] changed = new byte[32];
    changed[31] = 1;
    SignedStates otherState =
        new SignedStates(
            good.keyId(),
            BLOB,
            5,
            layout,
            List.of(new StateEntry(0, HashState.of(changed))),
            good.signature());
    assertThat(trusted.accepts(otherState)).isFalse();
  }

  /** What the JDK signs is believed, and what is signed here is believed by the JDK. */
  @Test
  void signaturesAreThoseOfTheStandard() throws Exception {
    KeyPair keys = OriginKey.generate();
    SignedStates signed =
        new OriginSigner(keys).sign(BLOB, 5, PieceLayout.forBlob(3 << 20), List.of(ENTRY));
    byte[] form = SigningForm.ofStates(signed.keyId(), BLOB, 5, signed.layout(), List.of(ENTRY));
    java.security.Signature jdk = java.security.Signature.getInstance("Ed25519");

    jdk.initVerify(keys.getPublic());
    jdk.update(form);
    assertThat(jdk.verify(signed.signature().bytes())).isTrue();
    jdk.initSign(keys.getPrivate());
    jdk.update(form);
    assertThat(jdk.sign()).isEqualTo(signed.signature().bytes());
  }

  @Test
  void signsWithNothingButEd25519() throws Exception {
    KeyPair other = KeyPairGenerator.getInstance("Ed448").generateKeyPair();

    assertThatIllegalArgumentException().isThrownBy(() -> new OriginSigner(other));
  }
}
