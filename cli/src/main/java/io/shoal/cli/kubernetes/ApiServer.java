package io.shoal.cli.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The API server of the cluster that this process is a pod of, spoken to as the pod's service
 * account. For the few requests of the chart's hooks; a client library would be larger than Shoal.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/">Accessing
 *     the API from a pod</a>
 */
final class ApiServer implements AutoCloseable {

  /** Where Kubernetes puts token, namespace and certificates of every pod that is to have them. */
  static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI base;
  private final Path account;
  private final String namespace;
  private final HttpClient http;

  /**
   * Answer of the server.
   *
   * @param status of HTTP
   * @param body an object, or the status object that says what is wrong
   */
  record Answer(int status, JsonNode body) {

    /** What went wrong, in the server's words. */
    String reason() {
      return status + ": " + body.path("message").asText("no reason given");
    }
  }

  private ApiServer(URI base, Path account, String namespace, HttpClient http) {
    this.base = base;
    this.account = account;
    this.namespace = namespace;
    this.http = http;
  }

  /**
   * The one that the environment names.
   *
   * @param account folder with the files of the service account
   */
  static ApiServer of(Map<String, String> environment, Path account) {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host == null) {
      throw UserError.unusable("this is no pod of Kubernetes: KUBERNETES_SERVICE_HOST is not set");
    }
    String authority = host.indexOf(':') < 0 ? host : "[" + host + "]";
    try {
      return new ApiServer(
          URI.create("https://" + authority + ":" + port),
          account,
          Files.readString(account.resolve("namespace")).strip(),
          HttpClient.newBuilder()
              .sslContext(trusting(account.resolve("ca.crt")))
              .connectTimeout(LIMIT)
              .build());
    } catch (IOException | GeneralSecurityException e) {
      throw UserError.unusable("the service account in " + account + " cannot be used: " + e);
    }
  }

  private static SSLContext trusting(Path pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(pem)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + store.size(), one);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** The pod's namespace. */
  String namespace() {
    return namespace;
  }

  /** Reads what is at this path. */
  Answer get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(base.resolve(path)).GET());
  }

  /** Makes an object in the collection at this path. */
  Answer create(String path, JsonNode object) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(object))));
  }

  /** The token is read each time: Kubernetes renews it. */
  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    String token = Files.readString(account.resolve("token")).strip();
    HttpResponse<byte[]> response =
        http.send(
            request.header("Authorization", "Bearer " + token).timeout(LIMIT).build(),
            BodyHandlers.ofByteArray());
    JsonNode body = JSON.readTree(response.body());
    return new Answer(response.statusCode(), body == null ? JSON.nullNode() : body);
  }

  @Override
  public void close() {
    http.close();
  }
}
