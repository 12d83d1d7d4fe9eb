package io.shoal.cli.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shoal.core.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The files of a layout that say which images are in it.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md">image
 *     layout</a>
 */
public final class LayoutIndex {

  /** Says that a folder is a layout. */
  public static final String MARK = "oci-layout";

  /** Lists the images. */
  public static final String INDEX = "index.json";

  private static final String TAG = "org.opencontainers.image.ref.name";

  /** What containerd calls an image that it imports. */
  private static final String FULL_NAME = "io.containerd.image.name";

  private static final ObjectMapper JSON = new ObjectMapper();

  private LayoutIndex() {}

  /** Whether this folder is a layout. */
  public static boolean isIn(Path directory) {
    return Files.isRegularFile(directory.resolve(MARK));
  }

  /** Marks a folder as a layout without images. */
  public static void begin(Path directory) throws IOException {
    Files.writeString(directory.resolve(MARK), "{\"imageLayoutVersion\":\"1.0.0\"}\n");
  }

  /** Adds an image, in place of one of the same name. */
  public static void add(Path directory, Descriptor manifest, ImageReference reference)
      throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("schemaVersion", 2);
    root.put("mediaType", "application/vnd.oci.image.index.v1+json");
    ArrayNode manifests = root.putArray("manifests");
    Path file = directory.resolve(INDEX);
    if (Files.isRegularFile(file)) {
      for (JsonNode entry : JSON.readTree(file.toFile()).path("manifests")) {
        boolean same =
            entry.path("annotations").path(FULL_NAME).asText().equals(reference.toString());
        if (!same) {
          manifests.add(entry);
        }
      }
    }
    ObjectNode entry =
        manifests
            .addObject()
            .put("mediaType", manifest.mediaType())
            .put("digest", manifest.digest().toString())
            .put("size", manifest.size());
    ObjectNode annotations = entry.putObject("annotations");
    reference.tag().ifPresent(tag -> annotations.put(TAG, tag));
    annotations.put(FULL_NAME, reference.toString());
    Path fresh = directory.resolve(INDEX + ".new");
    Files.write(fresh, JSON.writeValueAsBytes(root));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
