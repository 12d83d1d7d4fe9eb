package io.shoal.e2e.lab;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** An HTTP client that trusts exactly the certificate of the cluster's servers. */
public final class PinnedHttp {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final HttpClient http;

  private PinnedHttp(HttpClient http) {
    this.http = http;
  }

  /** Reads the certificate from the folder that {@code shoal cluster init} has filled. */
  static PinnedHttp trusting(Path clusterFiles) {
    try (InputStream pem = Files.newInputStream(clusterFiles.resolve("server.pem"))) {
      SSLContext tls = SSLContext.getInstance("TLS");
      Certificate pinned = readCertificate(pem);
      tls.init(null, new TrustManager[] {new Exactly(pinned)}, new SecureRandom());
      return new PinnedHttp(
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(LIMIT)
              .sslContext(tls)
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("cannot use the servers' certificate", e);
    }
  }

  /** Whether this agent has the image's largest layer. */
  public boolean held(URI agent, TestImage image) throws IOException {
    return get(agent.resolve("/shoal/v1/blobs/" + image.largestLayer().digest()), "").statusCode()
        == 200;
  }

  /** The PEM file holds a private key too, which the certificate factory does not expect. */
  private static Certificate readCertificate(InputStream pem)
      throws IOException, CertificateException {
    String text = new String(pem.readAllBytes(), StandardCharsets.US_ASCII);
    String certificate = text.substring(text.indexOf("-----BEGIN CERTIFICATE-----"));
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(
            new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII)));
  }

  public HttpClient client() {
    return http;
  }

  /** Status and body of a GET; an empty token is not shown. */
  public HttpResponse<String> get(URI uri, String token) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(LIMIT);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in GET " + uri, e);
    }
  }

  private static final class Exactly extends X509ExtendedTrustManager {
    private final Certificate pinned;

    Exactly(Certificate pinned) {
      this.pinned = pinned;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length == 0 || !chain[0].equals(pinned)) {
        throw new CertificateException("not the cluster's certificate");
      }
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
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
