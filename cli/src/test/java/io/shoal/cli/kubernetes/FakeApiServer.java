package io.shoal.cli.kubernetes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An API server as a pod sees it: TLS with a certificate of the cluster's own, and a service
 * account. It answers what a test has put into its mouth.
 */
final class FakeApiServer implements AutoCloseable {

  private static final String PASSWORD = "changeit";

  private final HttpsServer server;
  private final Path account;
  private final Deque<Reply> replies = new ArrayDeque<>();
  private final List<Request> requests = new ArrayList<>();

  private record Reply(int status, String body) {}

  /** What was asked. */
  record Request(String line, String authorization, String body) {}

  private FakeApiServer(HttpsServer server, Path account) {
    this.server = server;
    this.account = account;
  }

  static FakeApiServer start(Path dir, KeyStore store) throws Exception {
    Path account = Files.createDirectory(dir.resolve("account"));
    Files.writeString(account.resolve("token"), "the-token\n");
    Files.writeString(account.resolve("namespace"), "shoal-system");
    Files.writeString(
        account.resolve("ca.crt"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII))
                .encodeToString(store.getCertificate("api").getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    FakeApiServer fake = new FakeApiServer(server, account);
    server.createContext("/", fake::handle);
    server.start();
    return fake;
  }

  /** Key and certificate of a cluster, made in this file. */
  static KeyStore keys(Path file) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                "api",
                "-keyalg",
                "EC",
                "-dname",
                "CN=kubernetes",
                "-ext",
                "SAN=ip:127.0.0.1")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException("keytool failed");
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          new Request(
              exchange.getRequestMethod() + " " + exchange.getRequestURI(),
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      Reply reply = replies.size() > 1 ? replies.pop() : replies.element();
      byte[] body = reply.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(reply.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** It says this next, and the last thing that it was told to say for ever. */
  synchronized void says(int status, String body) {
    replies.add(new Reply(status, body));
  }

  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** What a pod has in its environment. */
  Map<String, String> environment() {
    return Map.of(
        "KUBERNETES_SERVICE_HOST",
        "127.0.0.1",
        "KUBERNETES_SERVICE_PORT",
        Integer.toString(server.getAddress().getPort()));
  }

  /** The files of the service account. */
  Path account() {
    return account;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
