package io.shoal.cli.layout;

import io.shoal.core.content.Digest;

/**
 * An OCI content descriptor: how one blob names another.
 *
 * @param mediaType what the blob is
 * @param digest its name
 * @param size its length in bytes
 */
public record Descriptor(String mediaType, Digest digest, long size) {

  /** Media type of an image manifest. */
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** Media type of an image configuration. */
  public static final String CONFIG = "application/vnd.oci.image.config.v1+json";

  /** Media type of a layer as a compressed archive. */
  public static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
}
