package io.shoal.client.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What tracker, origin and registry-proxy show to their callers: a P-256 key and a self-signed
 * certificate, {@code server.pem} on disk. Callers know the certificate by its fingerprint; host
 * names and dates in it mean nothing.
 *
 * @param key the private key
 * @param certificate the certificate
 */
public record ServerIdentity(PrivateKey key, X509Certificate certificate) {

  private static final Duration LIFETIME = Duration.ofDays(100 * 365L);

  /** A fresh key and certificate. */
  public static ServerIdentity generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      X500Name name = new X500Name("CN=shoal");
      Instant from = Instant.now().minus(Duration.ofDays(1));
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(127, new SecureRandom()),
              Date.from(from),
              Date.from(from.plus(LIFETIME)),
              name,
              keys.getPublic());
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
      return new ServerIdentity(keys.getPrivate(), certificate);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this Java runtime cannot make a P-256 certificate", e);
    }
  }

  /**
   * Reads {@code server.pem}.
   *
   * @throws ClusterFileException saying what is wrong with the file
   */
  public static ServerIdentity read(Path file) throws ClusterFileException {
    try {
      String text = Files.readString(file);
      byte[] key = entry(file, "PRIVATE KEY", text);
      byte[] certificate = entry(file, "CERTIFICATE", text);
      return new ServerIdentity(
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(certificate)));
    } catch (ClusterFileException e) {
      throw e;
    } catch (IOException e) {
      throw new ClusterFileException(file, "cannot be read", e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new ClusterFileException(file, "no EC key and certificate in PEM form", e);
    }
  }

  private static byte[] entry(Path file, String label, String text) throws ClusterFileException {
    return Pem.read(label, text)
        .orElseThrow(() -> new ClusterFileException(file, "has no " + label, null));
  }

  /** Writes {@code server.pem}, readable by its owner alone. */
  public void write(Path file) throws IOException {
    try {
      PrivateFiles.write(
          file,
          Pem.write("PRIVATE KEY", key.getEncoded())
              + Pem.write("CERTIFICATE", certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that has no encoding", e);
    }
  }

  /** SHA-256 of the certificate in lower-case hex; what callers pin. */
  public String fingerprint() {
    return fingerprint(certificate);
  }

  static String fingerprint(X509Certificate certificate) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that has no encoding", e);
    }
  }

  /** Key and certificate as a PKCS#12 key store, for servers that want one. */
  public byte[] pkcs12(String password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, password.toCharArray(), new Certificate[] {certificate});
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      store.store(out, password.toCharArray());
      return out.toByteArray();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("writing a key store to memory failed", e);
    }
  }

  @Override
  public String toString() {
    return "ServerIdentity(" + fingerprint() + ")";
  }
}
