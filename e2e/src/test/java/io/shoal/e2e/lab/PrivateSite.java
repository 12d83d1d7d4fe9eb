package io.shoal.e2e.lab;

import com.github.dockerjava.api.model.AuthConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Map;

/**
 * A registry with {@code auth: token} that stands for Docker Hub, and a cluster in front of it
 * where the client's own token decides. Three users: the owner of {@code library/secret...},
 * somebody with no rights at all, and the owner of {@code third/...}.
 */
public final class PrivateSite implements AutoCloseable {

  public static final String OWNER = "owner:right";
  public static final String NOBODY = "nobody:none";
  public static final String THIRD = "third:other";

  private final TokenServer tokens;
  private final CentralRegistry registry;
  private final SmallCluster cluster;
  private final HttpClient http = HttpClient.newHttpClient();

  private PrivateSite(TokenServer tokens, CentralRegistry registry, SmallCluster cluster) {
    this.tokens = tokens;
    this.registry = registry;
    this.cluster = cluster;
  }

  static PrivateSite start(Workspace workspace, String name) {
    TokenServer tokens =
        new TokenServer(
            workspace.folder(name),
            Map.of(OWNER, "library/secret", NOBODY, "nothing/", THIRD, "third/"));
    CentralRegistry registry =
        CentralRegistry.start(workspace, name + "-registry", tokens.settings());
    String ofAll =
        """
        upstreams:
          allow: []
          registries: {docker.io: {url: "%s", mode: relay, privateHosts: ["%s"]}}
        """
            .formatted(registry.url(), tokens.authority());
    return new PrivateSite(tokens, registry, SmallCluster.start(workspace, name, ofAll, "", ""));
  }

  public CentralRegistry registry() {
    return registry;
  }

  /** What {@code docker login} remembers. */
  public static AuthConfig login(String user) {
    return new AuthConfig()
        .withRegistryAddress("https://index.docker.io/v1/")
        .withUsername(user.split(":")[0])
        .withPassword(user.split(":")[1]);
  }

  public URI agent() {
    return cluster.agent().url();
  }

  public URI proxy() {
    return cluster.proxy().url();
  }

  /** A token of the registry's, good for what of this the user may do. */
  public String token(String user, String repository) {
    String basic = Base64.getEncoder().encodeToString(user.getBytes());
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(
                    URI.create(
                        "%s?service=%s&scope=repository:%s:pull"
                            .formatted(tokens.realm(), TokenServer.SERVICE, repository)))
                .header("Authorization", "Basic " + basic)
                .build());
    return answer.body().replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
  }

  /** The status of what a server says to somebody with this token; without one if it is empty. */
  public int status(URI server, String path, String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request.build()).statusCode();
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(request + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in " + request, e);
    }
  }

  @Override
  public void close() {
    cluster.close();
    registry.close();
    tokens.close();
    http.close();
  }
}
