package io.shoal.oci.upstream;

import io.shoal.core.reference.ImageReference;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import okhttp3.OkHttpClient;

/** The way to one registry, as its settings describe it. Immutable. */
public final class UpstreamRoute {

  private final URI base;
  private final UpstreamConfig settings;

  /** The way to the registry of this normal name. */
  UpstreamRoute(String name, UpstreamConfig settings) {
    this.base = settings.url().orElseGet(() -> URI.create("https://" + host(name)));
    this.settings = settings;
  }

  private static String host(String name) {
    return name.equals(ImageReference.DOCKER_HUB) ? "registry-1.docker.io" : name;
  }

  /** Where it is really reached. */
  public URI base() {
    return base;
  }

  /** Its settings. */
  public UpstreamConfig settings() {
    return settings;
  }

  /**
   * A client that goes through the proxy and believes the certificates of the settings.
   *
   * @param http to share connections with
   * @throws IllegalArgumentException if the file of certificates holds none
   * @throws UncheckedIOException if it cannot be read
   */
  public OkHttpClient client(OkHttpClient http) {
    OkHttpClient client = http;
    if (settings.insecure()) {
      client = UpstreamTls.trustingAnyone(client);
    } else if (settings.ca().isPresent()) {
      client = UpstreamTls.trustingAlso(client, settings.ca().get());
    }
    if (settings.proxy().isPresent()) {
      URI proxy = settings.proxy().get();
      InetSocketAddress address =
          InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort());
      client = client.newBuilder().proxy(new Proxy(Proxy.Type.HTTP, address)).build();
    }
    return client;
  }
}
