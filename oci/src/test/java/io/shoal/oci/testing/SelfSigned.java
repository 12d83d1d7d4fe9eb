package io.shoal.oci.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate that only those believe who are told to; made by the JDK's own tool. */
public final class SelfSigned {

  private SelfSigned() {}

  /**
   * A server's side of TLS for {@code 127.0.0.1}.
   *
   * @param dir a folder for the key
   * @param pem where to write the certificate
   */
  public static SSLContext context(Path dir, Path pem) throws Exception {
    Path store = dir.resolve("key.p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "key",
            "-keyalg",
            "EC",
            "-dname",
            "CN=registry",
            "-ext",
            "san=ip:127.0.0.1",
            "-keystore",
            store.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            "secret");
    if (new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() != 0) {
      throw new IOException("keytool failed: " + command);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "secret".toCharArray());
    }
    String encoded =
        Base64.getMimeEncoder().encodeToString(keys.getCertificate("key").getEncoded());
    Files.writeString(
        pem, "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, "secret".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }
}
