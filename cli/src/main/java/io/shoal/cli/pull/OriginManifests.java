package io.shoal.cli.pull;

import io.shoal.client.origin.OriginClient;
import io.shoal.core.reference.ImageReference;
import java.io.IOException;

/**
 * The manifests of one repository, as an origin answers them to an operator.
 *
 * @param origin whom to ask
 * @param image whose repository is meant
 */
public record OriginManifests(OriginClient origin, ImageReference image) implements ManifestReader {

  @Override
  public byte[] read(String reference) throws PullException {
    try {
      return origin.manifest(image.registry(), image.repository(), reference, ACCEPTED).content();
    } catch (IOException e) {
      throw new PullException(
          "the manifest of %s cannot be read from the origin: %s".formatted(image, e.getMessage()),
          e);
    }
  }
}
