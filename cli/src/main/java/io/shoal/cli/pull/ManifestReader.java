package io.shoal.cli.pull;

import java.util.List;

/** Where manifests are read: a registry as clients see it, or an origin. Blocks. */
public interface ManifestReader {

  /** What a client accepts: single images and lists of images, in Docker's and OCI's words. */
  List<String> ACCEPTED =
      List.of(
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  /**
   * The bytes of a manifest.
   *
   * @param reference a tag or a digest
   */
  byte[] read(String reference) throws PullException;
}
