package io.shoal.e2e.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;

/**
 * The token server of a registry with {@code auth: token}: it knows three users by their password,
 * and what each of them may do, and signs it as the registry wants it.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/jwt/">Token authentication
 *     implementation</a>
 */
final class TokenServer implements AutoCloseable {

  static final String SERVICE = "e2e-registry";
  private static final String ISSUER = "e2e";
  private static final String STORE_PASSWORD = "changeit";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  /** By {@code NAME:PASSWORD}: the beginnings of the names of repositories that are his. */
  private final Map<String, String> users;

  private final PrivateKey key;
  private final byte[] certificate;
  private final Path certificateFile;
  private final HttpServer server;

  /**
   * Starts it.
   *
   * @param users by {@code NAME:PASSWORD}: the beginnings of the names of repositories that are his
   */
  TokenServer(Path folder, Map<String, String> users) {
    this.users = Map.copyOf(users);
    this.certificateFile = folder.resolve("token.pem");
    Path store = folder.resolve("token.p12");
    Commands.run(
        Duration.ofSeconds(60),
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        "token",
        "-keyalg",
        "RSA",
        "-keysize",
        "2048",
        "-dname",
        "CN=e2e",
        "-ext",
        "bc=ca:true",
        "-keystore",
        store.toString(),
        "-storetype",
        "PKCS12",
        "-storepass",
        STORE_PASSWORD);
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, STORE_PASSWORD.toCharArray());
      key = (PrivateKey) keys.getKey("token", STORE_PASSWORD.toCharArray());
      certificate = keys.getCertificate("token").getEncoded();
      String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate);
      Files.writeString(
          certificateFile,
          "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
      server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("no key to sign tokens with", e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/token", this::answer);
    server.start();
  }

  /** Host and port. */
  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  URI realm() {
    return URI.create("http://" + authority() + "/token");
  }

  /** The lines of the registry's configuration that make it believe this server. */
  String settings() {
    return "auth: { token: { realm: \"%s\", service: %s, issuer: %s, rootcertbundle: %s } }"
        .formatted(realm(), SERVICE, ISSUER, certificateFile);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String basic = exchange.getRequestHeaders().getFirst("Authorization");
      String login =
          basic == null ? "" : new String(Base64.getDecoder().decode(basic.substring(6)), UTF_8);
      if (!exchange.getRequestMethod().equals("GET")
          || (basic != null && !users.containsKey(login))) {
        exchange.sendResponseHeaders(basic == null ? 405 : 401, -1);
        return;
      }
      String token = token(login, scopes(exchange.getRequestURI().getRawQuery()));
      byte[] body = JSON.writeValueAsBytes(Map.of("token", token, "expires_in", 300));
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static List<String> scopes(String query) {
    List<String> scopes = new ArrayList<>();
    for (String part : query == null ? new String[0] : query.split("&")) {
      if (part.startsWith("scope=")) {
        String value = URLDecoder.decode(part.substring("scope=".length()), UTF_8);
        scopes.addAll(List.of(value.split(" ")));
      }
    }
    return scopes;
  }

  /** What is asked for and is not his is left out, as such servers do it. */
  private String token(String login, List<String> scopes) {
    List<Map<String, Object>> access = new ArrayList<>();
    for (String scope : scopes) {
      String[] parts = scope.split(":");
      if (parts.length == 3 && users.containsKey(login) && parts[1].startsWith(users.get(login))) {
        access.add(
            Map.of("type", parts[0], "name", parts[1], "actions", List.of(parts[2].split(","))));
      }
    }
    long now = Instant.now().getEpochSecond();
    Map<String, Object> claims =
        Map.of(
            "iss",
            ISSUER,
            "sub",
            login.split(":")[0],
            "aud",
            SERVICE,
            "iat",
            now,
            "nbf",
            now - 10,
            "exp",
            now + 300,
            "jti",
            UUID.randomUUID().toString(),
            "access",
            access);
    Map<String, Object> header =
        Map.of(
            "typ", "JWT",
            "alg", "RS256",
            "x5c", List.of(Base64.getEncoder().encodeToString(certificate)));
    try {
      String signed =
          URL.encodeToString(JSON.writeValueAsBytes(header))
              + "."
              + URL.encodeToString(JSON.writeValueAsBytes(claims));
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + URL.encodeToString(signature.sign());
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("cannot sign a token", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
