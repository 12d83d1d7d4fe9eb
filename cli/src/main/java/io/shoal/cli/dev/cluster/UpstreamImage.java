package io.shoal.cli.dev.cluster;

import io.shoal.core.content.Digest;
import io.shoal.core.reference.ImageReference;
import java.net.URI;
import java.util.Optional;

/**
 * The image that all agents pull, and the registry that has it.
 *
 * @param url the registry's address
 * @param image the image; its registry part is the name that the cluster knows the registry by
 */
public record UpstreamImage(URI url, ImageReference image) {

  /**
   * An image as people write it, in the registry at this address. A registry's name in the image
   * wins over the address's own: {@code --upstream http://mirror:5000 --image quay.io/org/app}.
   *
   * @throws IllegalArgumentException with a text that says what is wrong
   */
  public static UpstreamImage of(URI url, String image) {
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null) {
      throw new IllegalArgumentException(
          "not the address of a registry: " + url + " (write e.g. https://registry.example:5000)");
    }
    if (namesRegistry(image)) {
      return new UpstreamImage(url, ImageReference.parse(image));
    }
    String registry = ImageReference.normalHost(url.getRawAuthority());
    // Parsed behind some host, so that Docker Hub's own rules for short names do not apply yet.
    ImageReference bare = ImageReference.parse("registry.invalid/" + image);
    return new UpstreamImage(
        url,
        new ImageReference(
            registry,
            ImageReference.normalRepository(registry, bare.repository()),
            bare.tag(),
            bare.digest()));
  }

  /** The name of the registry within the cluster. */
  public String registry() {
    return image.registry();
  }

  /** The image behind another host, as {@code docker pull} wants it. */
  public String behind(String host) {
    Optional<Digest> digest = image.digest();
    return host
        + "/"
        + image.repository()
        + digest.map(d -> "@" + d).orElseGet(() -> ":" + image.manifestReference());
  }

  private static boolean namesRegistry(String image) {
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    return first.equals("localhost") || first.indexOf('.') >= 0 || first.indexOf(':') >= 0;
  }
}
