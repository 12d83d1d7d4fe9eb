package io.shoal.oci.upstream;

import io.shoal.config.ConfigException;
import io.shoal.config.ConfigLoader;
import io.shoal.config.Key;
import java.util.Map;
import java.util.Optional;

/** Settings as an operator writes them. */
public final class Settings {

  record Service(@Key(doc = "The central registries.") UpstreamsConfig upstreams) {}

  private Settings() {}

  /** Of one registry, for instance {@code {catalog: true}}. */
  public static UpstreamConfig registry(String yaml) {
    return upstreams("{x: " + yaml + "}").registry("x");
  }

  /** Of several registries by name, and otherwise the defaults. */
  public static UpstreamsConfig upstreams(String registries) {
    try {
      Map<String, String> environment = Map.of("SHOAL_TEST_UPSTREAMS_REGISTRIES", registries);
      return ConfigLoader.load(Service.class, "SHOAL_TEST", Optional.empty(), environment)
          .upstreams();
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
