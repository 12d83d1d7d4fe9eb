package io.shoal.e2e.lab;

/** How an image calls its parts. */
enum ImageForm {
  /** Docker's own: every daemon of the last ten years reads it. */
  DOCKER(
      "application/vnd.docker.distribution.manifest.v2+json",
      "application/vnd.docker.container.image.v1+json",
      "application/vnd.docker.image.rootfs.diff.tar",
      ".gzip"),
  OCI(
      "application/vnd.oci.image.manifest.v1+json",
      "application/vnd.oci.image.config.v1+json",
      "application/vnd.oci.image.layer.v1.tar",
      "+gzip");

  final String manifest;
  final String config;
  final String layer;
  final String gzip;

  ImageForm(String manifest, String config, String layer, String gzip) {
    this.manifest = manifest;
    this.config = config;
    this.layer = layer;
    this.gzip = gzip;
  }
}
