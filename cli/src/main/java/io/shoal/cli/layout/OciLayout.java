package io.shoal.cli.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An image in a directory, in the OCI image layout, so that other tools can read it as well (for
 * instance {@code skopeo inspect oci:DIR}).
 *
 * @param directory the layout's directory
 * @param manifest the image's manifest
 * @param config its configuration
 * @param layers its layers, base layer first
 */
public record OciLayout(
    Path directory, Descriptor manifest, Descriptor config, List<Descriptor> layers) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public OciLayout {
    layers = List.copyOf(layers);
  }

  /**
   * Opens a layout with one image.
   *
   * @throws IOException if files are missing, cut short or make no sense
   */
  public static OciLayout open(Path directory) throws IOException {
    JsonNode index = JSON.readTree(directory.resolve("index.json").toFile());
    Descriptor manifest = descriptor(index.path("manifests").path(0));
    Path manifestFile = blobFile(directory, manifest.digest());
    JsonNode content = JSON.readTree(manifestFile.toFile());
    Descriptor config = descriptor(content.path("config"));
    List<Descriptor> layers = new ArrayList<>();
    for (JsonNode layer : content.path("layers")) {
      layers.add(descriptor(layer));
    }
    OciLayout layout = new OciLayout(directory, manifest, config, layers);
    for (Descriptor blob : layout.everything()) {
      if (Files.size(layout.file(blob.digest())) != blob.size()) {
        throw new IOException("blob " + blob.digest() + " in " + directory + " has a wrong length");
      }
    }
    return layout;
  }

  /** Where a blob of this layout is, whether it exists or not. */
  public Path file(Digest digest) {
    return blobFile(directory, digest);
  }

  /** The configuration and the layers: what a node has to fetch besides the manifest. */
  public List<Descriptor> blobs() {
    List<Descriptor> blobs = new ArrayList<>();
    blobs.add(config);
    blobs.addAll(layers);
    return blobs;
  }

  /** Length of the configuration and the layers together. */
  public long imageBytes() {
    return blobs().stream().mapToLong(Descriptor::size).sum();
  }

  private List<Descriptor> everything() {
    List<Descriptor> all = new ArrayList<>(blobs());
    all.add(manifest);
    return all;
  }

  /** Where a blob of a layout in this folder is, whether it exists or not. */
  public static Path blobFile(Path directory, Digest digest) {
    return directory.resolve("blobs").resolve(digest.algorithm().ociName()).resolve(digest.hex());
  }

  private static Descriptor descriptor(JsonNode node) throws IOException {
    try {
      return new Descriptor(
          node.path("mediaType").asText(),
          Digest.parse(node.path("digest").asText()),
          node.path("size").asLong());
    } catch (IllegalArgumentException e) {
      throw new IOException("not a descriptor: " + node, e);
    }
  }
}
