package io.shoal.cli.pull;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * The manifests of one repository, as a registry answers them.
 *
 * @param registry e.g. {@code http://127.0.0.1:4600}
 * @param repository e.g. {@code docker.io/library/alpine}
 */
public record RegistryManifests(URI registry, String repository) implements ManifestReader {

  /** What the distribution specification lets registries cap manifests at. */
  private static final int MOST_MANIFEST_BYTES = 4 << 20;

  @Override
  public byte[] read(String reference) throws PullException {
    URI uri = registry.resolve("/v2/" + repository + "/manifests/" + reference);
    try {
      HttpURLConnection connection = Get.open(uri);
      connection.setRequestProperty("Accept", String.join(", ", ACCEPTED));
      int status = connection.getResponseCode();
      if (status != 200) {
        throw new PullException(
            "GET %s answered %d: %s".formatted(uri, status, Get.reason(connection)));
      }
      byte[] body;
      try (InputStream in = connection.getInputStream()) {
        body = in.readNBytes(MOST_MANIFEST_BYTES + 1);
      }
      if (body.length > MOST_MANIFEST_BYTES) {
        throw new PullException("GET " + uri + " answered more than 4 MiB");
      }
      return body;
    } catch (IOException e) {
      throw new PullException("GET " + uri + " failed: " + e, e);
    }
  }
}
