package io.shoal.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shoal.core.content.Digest;
import io.shoal.core.content.HashAlgorithm;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something to push, of a kind that clients push.
 *
 * @param algorithm of all its digests
 * @param blobs in any order
 * @param documents manifests and indexes, each after what it names
 */
record PushedContent(HashAlgorithm algorithm, List<byte[]> blobs, List<Document> documents) {

  static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private static final String MANIFEST = PushFixture.MANIFEST;
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final byte[] CONFIG =
      "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{},\"io.test.more\":1}"
          .getBytes(UTF_8);
  private static final String LIST_TYPE = "\"artifactType\":\"application/vnd.test.list\",";
  private static final byte[] EMPTY = "{}".getBytes(UTF_8);
  private static final List<byte[]> LAYERS =
      List.of(PushFixture.random(300), PushFixture.random(301));

  PushedContent {
    blobs = List.copyOf(blobs);
    documents = List.copyOf(documents);
  }

  /**
   * A manifest or an index.
   *
   * @param subject the digest that it refers to, or empty
   */
  record Document(String tag, String digest, String mediaType, byte[] bytes, String subject) {}

  /** One of each kind, and of sha512 an image: tags say what it is. */
  static List<PushedContent> everyKind() {
    Builder all = new Builder(HashAlgorithm.SHA256);
    Document image = all.image("image", LAYERS, "");
    Document bare = all.image("no-layers", List.of(), "");
    all.image("more-fields", LAYERS, "\"io.test.more\":{\"a\":[1]},");
    all.image("large", LAYERS, "\"annotations\":{\"a\":\"" + "x".repeat(3 << 20) + "\"},");
    all.foreignLayer("foreign-layer");
    all.artifact("artifact");
    Document index = all.index("index", "", image, bare);
    all.index("nested-index", "", index);
    all.index("empty-index", "");
    all.index("typed-index", LIST_TYPE, image);
    all.about(image);
    Document signature = all.artifact("signature");
    all.index("signatures", LIST_TYPE, signature);
    // What it is about is not there, and need not be.
    all.about(new Builder(HashAlgorithm.SHA256).image("", LAYERS.subList(0, 1), ""));
    all.artifact("early-signature");
    Builder sha512 = new Builder(HashAlgorithm.SHA512);
    sha512.image("sha512", LAYERS, "");
    return List.of(all.build(), sha512.build());
  }

  private static final class Builder {
    private final HashAlgorithm algorithm;
    private final List<byte[]> blobs = new ArrayList<>();
    private final List<Document> documents = new ArrayList<>();
    private @Nullable Document subject;

    Builder(HashAlgorithm algorithm) {
      this.algorithm = algorithm;
    }

    /** What all that follow refer to. */
    void about(Document document) {
      subject = document;
    }

    Document image(String tag, List<byte[]> layers, String fields) {
      String descriptors =
          String.join(",", layers.stream().map(layer -> blob(LAYER, layer, "")).toList());
      String config = blob("application/vnd.oci.image.config.v1+json", CONFIG, "");
      return document(tag, MANIFEST, fields, "\"config\":%s,\"layers\":[%s]", config, descriptors);
    }

    /** With its config's bytes in the descriptor, as the image spec allows. */
    Document artifact(String tag) {
      String data = ",\"data\":\"%s\"".formatted(Base64.getEncoder().encodeToString(EMPTY));
      return document(
          tag,
          MANIFEST,
          "\"artifactType\":\"application/vnd.test.kind\",",
          "\"config\":%s,\"layers\":[%s]",
          blob("application/vnd.oci.empty.v1+json", EMPTY, data),
          blob("application/vnd.test.content", LAYERS.getFirst(), ""));
    }

    /** One layer that is pushed and one that is somewhere else. */
    Document foreignLayer(String tag) {
      String foreign =
          descriptor(
              "application/vnd.oci.image.layer.nondistributable.v1.tar",
              PushFixture.random(302),
              ",\"urls\":[\"http://elsewhere.invalid/layer\"]");
      return document(
          tag,
          MANIFEST,
          "",
          "\"config\":%s,\"layers\":[%s,%s]",
          blob("application/vnd.oci.image.config.v1+json", CONFIG, ""),
          blob(LAYER, LAYERS.getFirst(), ""),
          foreign);
    }

    Document index(String tag, String fields, Document... entries) {
      String descriptors =
          String.join(
              ",",
              Stream.of(entries)
                  .map(entry -> descriptor(entry.mediaType(), entry.bytes(), ""))
                  .toList());
      return document(tag, INDEX, fields, "\"manifests\":[%s]", descriptors);
    }

    private Document document(
        String tag, String mediaType, String fields, String form, Object... parts) {
      String content =
          "{\"schemaVersion\":2,\"mediaType\":\"%s\",%s%s%s}"
              .formatted(mediaType, fields, reference(), form.formatted(parts));
      byte[] bytes = content.getBytes(UTF_8);
      String about = subject == null ? "" : subject.digest();
      Document document = new Document(tag, digest(bytes), mediaType, bytes, about);
      documents.add(document);
      return document;
    }

    private String reference() {
      return subject == null
          ? ""
          : "\"annotations\":{\"io.test.note\":\"n\"},\"subject\":%s,"
              .formatted(descriptor(subject.mediaType(), subject.bytes(), ""));
    }

    private String blob(String mediaType, byte[] bytes, String more) {
      if (!blobs.contains(bytes)) {
        blobs.add(bytes);
      }
      return descriptor(mediaType, bytes, more);
    }

    private String descriptor(String mediaType, byte[] bytes, String more) {
      return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
          .formatted(mediaType, digest(bytes), bytes.length, more);
    }

    private String digest(byte[] bytes) {
      return Digest.of(algorithm, algorithm.newMessageDigest().digest(bytes)).toString();
    }

    PushedContent build() {
      return new PushedContent(algorithm, blobs, documents);
    }
  }
}
