package io.shoal.oci.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Whose certificates are believed. */
final class UpstreamTls {

  private UpstreamTls() {}

  /** Any certificate, for any host. */
  static OkHttpClient trustingAnyone(OkHttpClient http) {
    X509TrustManager anyone =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String authType) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String authType) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    return trusting(http, anyone).newBuilder().hostnameVerifier((host, session) -> true).build();
  }

  /** Those that Java believes, and those in the file. */
  static OkHttpClient trustingAlso(OkHttpClient http, Path pem) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (X509Certificate usual : trustManager(null).getAcceptedIssuers()) {
        store.setCertificateEntry("usual-" + number++, usual);
      }
      for (Certificate own : certificates(pem)) {
        store.setCertificateEntry("own-" + number++, own);
      }
      return trusting(http, trustManager(store));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no certificates to believe in " + pem, e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read certificates from " + pem, e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path pem)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static X509TrustManager trustManager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static OkHttpClient trusting(OkHttpClient http, X509TrustManager whom) {
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, new TrustManager[] {whom}, new SecureRandom());
      return http.newBuilder().sslSocketFactory(tls.getSocketFactory(), whom).build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }
}
