package io.shoal.e2e.lab;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two images under one name, of which a machine takes the one that is for it.
 *
 * @param here the image for this machine, whose name and tag are the index's
 * @param elsewhere the one for machines of another kind, in the same repository
 */
public record MultiArchImage(TestImage here, TestImage elsewhere) {

  static MultiArchImage of(TestImage here, TestImage elsewhere) {
    return new MultiArchImage(
        here,
        new TestImage(
            here.repository(),
            elsewhere.digest(),
            elsewhere.greeting(),
            elsewhere.config(),
            elsewhere.layers(),
            elsewhere.mediaType(),
            elsewhere.manifest()));
  }

  /** What the tag names. */
  public byte[] index() {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
        .formatted(
            TestImage.INDEX_TYPE,
            descriptor(elsewhere, "s390x"),
            descriptor(here, ImageFactory.architecture()))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String descriptor(TestImage image, String architecture) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,"
            .formatted(image.mediaType(), image.digest(), image.manifest().length)
        + "\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}".formatted(architecture);
  }

  /** All blobs of both. */
  public List<TestImage.Blob> blobs() {
    return Stream.concat(here.blobs().stream(), elsewhere.blobs().stream()).toList();
  }
}
