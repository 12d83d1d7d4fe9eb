package io.shoal.client.cluster;

import io.shoal.core.integrity.OriginKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/** An origin's Ed25519 key pair on disk, {@code origin.key}. */
public final class SigningKeyFile {

  private SigningKeyFile() {}

  /** A fresh key pair, written for its owner alone. */
  public static KeyPair create(Path file) throws IOException {
    KeyPair keys = OriginKey.generate();
    PrivateFiles.write(
        file,
        Pem.write("PRIVATE KEY", keys.getPrivate().getEncoded())
            + Pem.write("PUBLIC KEY", keys.getPublic().getEncoded()));
    return keys;
  }

  /**
   * Reads a key pair.
   *
   * @throws ClusterFileException saying what is wrong with the file
   */
  public static KeyPair read(Path file) throws ClusterFileException {
    try {
      String text = Files.readString(file);
      KeyFactory factory = KeyFactory.getInstance("Ed25519");
      return new KeyPair(
          factory.generatePublic(new X509EncodedKeySpec(entry(file, "PUBLIC KEY", text))),
          factory.generatePrivate(new PKCS8EncodedKeySpec(entry(file, "PRIVATE KEY", text))));
    } catch (ClusterFileException e) {
      throw e;
    } catch (IOException e) {
      throw new ClusterFileException(file, "cannot be read", e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new ClusterFileException(file, "no Ed25519 key pair in PEM form", e);
    }
  }

  private static byte[] entry(Path file, String label, String text) throws ClusterFileException {
    return Pem.read(label, text)
        .orElseThrow(() -> new ClusterFileException(file, "has no " + label, null));
  }
}
