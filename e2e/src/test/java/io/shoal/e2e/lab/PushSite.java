package io.shoal.e2e.lab;

import com.github.dockerjava.api.model.AuthConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A cluster that takes pushes from whoever logs in: to a registry that its origin is, and to a real
 * one, which knows of none of this, through it and back to it.
 */
public final class PushSite implements AutoCloseable {

  /** The registry that the origin is. */
  public static final String LOCAL = "registry.local";

  /** The real registry, which has a push before its client hears of it. */
  public static final String THROUGH = "through.example";

  /** The real registry, which gets a push later. */
  public static final String BACK = "back.example";

  public static final String WRITER = "ci";
  public static final String READER = "me";
  public static final String PASSWORD = "s3cret";

  /** Of the password, as the C library makes it. */
  private static final String HASH = "$2y$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK";

  private static final String PUSHING = "Pushing";

  private final CentralRegistry registry;
  private final SmallCluster cluster;

  private PushSite(CentralRegistry registry, SmallCluster cluster) {
    this.registry = registry;
    this.cluster = cluster;
  }

  static PushSite start(Workspace workspace, String name) {
    CentralRegistry registry = CentralRegistry.start(workspace, name + "-registry");
    Path users = workspace.folder(name).resolve("users");
    try {
      Files.writeString(users, WRITER + ":" + HASH + "\n" + READER + ":" + HASH + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String ofAll =
        """
        upstreams:
          allow: [%1$s]
          registries: {%2$s: {url: "%4$s"}, %3$s: {url: "%4$s"}}
        """
            .formatted(LOCAL, THROUGH, BACK, registry.url());
    String ofOrigin =
        """
        push:
          longestPause: 1s
          registries: {%s: {mode: standalone}, %s: {mode: through}, %s: {mode: back}}
        """
            .formatted(LOCAL, THROUGH, BACK);
    String ofProxy =
        "push: {enabled: true}\nlogin: {users: %s, push: [%s], pull: [%s]}\n"
            .formatted(users, WRITER, READER);
    return new PushSite(registry, SmallCluster.start(workspace, name, ofAll, ofOrigin, ofProxy));
  }

  /** The real registry. */
  public CentralRegistry registry() {
    return registry;
  }

  public ShoalProcess origin() {
    return cluster.origin();
  }

  /** What {@code docker login} remembers. */
  public AuthConfig login(String user) {
    return new AuthConfig()
        .withRegistryAddress(proxy().toString())
        .withUsername(user)
        .withPassword(PASSWORD);
  }

  /** The address of the registry-proxy. */
  public URI proxy() {
    return cluster.proxy().url();
  }

  /** What clients of the proxy call an image. */
  public String pushed(String registryName, String repository) {
    return proxy().getAuthority() + "/" + registryName + "/" + repository;
  }

  /** What clients of the agent call an image. */
  public String pulled(String registryName, String repository) {
    return cluster.agent().url().getAuthority() + "/" + registryName + "/" + repository;
  }

  /** What docs/clients.md says to type for pushing with this client, made for this proxy. */
  public String typedToPush(String client, String image) {
    return Stream.of(ClientsGuide.examples(PUSHING).getFirst().split("\n\n"))
        .filter(lines -> lines.startsWith(client + " "))
        .findFirst()
        .orElseThrow()
        .replace("proxy.example:4640/quay.io/org/app:1", pushed(LOCAL, image))
        .replace("proxy.example:4640", proxy().getAuthority());
  }

  /** What it says to type for undoing that. */
  public String typedToUndo(String client) {
    return ClientsGuide.examples(PUSHING)
        .getLast()
        .lines()
        .filter(line -> line.startsWith(client + " "))
        .findFirst()
        .orElseThrow()
        .replace("proxy.example:4640", proxy().getAuthority());
  }

  @Override
  public void close() {
    cluster.close();
    registry.close();
  }
}
