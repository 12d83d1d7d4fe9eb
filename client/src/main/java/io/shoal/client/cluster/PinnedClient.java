package io.shoal.client.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.shoal.core.peer.PeerRole;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;

/**
 * Makes the HTTP client for the cluster's own servers: it speaks only to a server that holds the
 * pinned certificate, whatever its host name, and shows the cluster's token there. In an insecure
 * cluster it speaks plain HTTP.
 */
public final class PinnedClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private PinnedClient() {}

  /** A client that presents itself as a peer of this role. */
  public static OkHttpClient forPeer(ClusterFile cluster, PeerRole role) {
    return create(cluster, cluster.secret().apiToken(role));
  }

  /** A client that presents itself as an operator's command. */
  public static OkHttpClient forOperator(ClusterFile cluster) {
    return create(cluster, cluster.secret().operatorToken());
  }

  private static OkHttpClient create(ClusterFile cluster, String token) {
    Optional<String> fingerprint = cluster.serverFingerprint();
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(false)
            .addInterceptor(chain ->
                chain.proceed(
                    chain
                        .request()
                        .newBuilder()
                        .header("Authorization", "Bearer " + token)
                        .build()));
    if (fingerprint.isEmpty()) {
      return builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT)).build();
    }
    Pin pin = new Pin(fingerprint.get());
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {pin}, new SecureRandom());
      return builder
          .connectionSpecs(List.of(ConnectionSpec.RESTRICTED_TLS))
          .sslSocketFactory(context.getSocketFactory(), pin)
          .hostnameVerifier((host, session) -> true)
          .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }

  /**
   * Trusts one certificate. An extended trust manager, because Java wraps a plain one in checks of
   * host name and algorithms that have no meaning for a pinned certificate.
   */
  private static final class Pin extends X509ExtendedTrustManager {

    private final String fingerprint;

    Pin(String fingerprint) {
      this.fingerprint = fingerprint;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      String shown = chain.length == 0 ? "" : ServerIdentity.fingerprint(chain[0]);
      if (!MessageDigest.isEqual(shown.getBytes(US_ASCII), fingerprint.getBytes(US_ASCII))) {
        throw new CertificateException(
            "the server is not of this cluster: its certificate is "
                + shown
                + ", the cluster file says "
                + fingerprint);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("this side is never a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("this side is never a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("this side is never a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
