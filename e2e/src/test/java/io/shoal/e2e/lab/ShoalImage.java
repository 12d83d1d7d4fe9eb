package io.shoal.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * What {@code image/build} has made of the distribution.
 *
 * @param archive for {@code docker load}
 * @param contents the archive, unpacked
 * @param root the image's file system, with its owners
 * @param config what the image says about itself
 * @param layers digests of the layers, as the container's runtime sees them
 * @param took how long the build took
 */
public record ShoalImage(
    Path archive, Path contents, Path root, JsonNode config, List<String> layers, Duration took) {

  /** Under which name it is in the archive. */
  public static final String NAME = "shoal:e2e";

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Runs the one command, on the distribution under test; the folder must have nothing else. */
  static ShoalImage build(Path archive, Map<String, String> environment, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("shoal.image.build", "../image/build"),
                "--tag",
                NAME,
                "--output",
                archive.toString(),
                "--dist",
                Prerequisites.distribution().getParent().getParent().toString()));
    command.addAll(List.of(options));
    long began = System.nanoTime();
    Commands.Result result = Commands.tryRun(LIMIT, environment, command);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    if (result.status() != 0) {
      throw new AssertionError("image/build failed: " + result.output() + result.errors());
    }
    return unpack(archive.getParent(), archive, took);
  }

  private static ShoalImage unpack(Path folder, Path archive, Duration took) {
    try {
      Path contents = Files.createDirectory(folder.resolve("contents"));
      Path root = Files.createDirectory(folder.resolve("root"));
      extract(archive, contents);
      JsonNode manifest = JSON.readTree(contents.resolve("manifest.json").toFile()).get(0);
      for (JsonNode layer : manifest.path("Layers")) {
        extract(contents.resolve(layer.asText()), root);
      }
      JsonNode config = JSON.readTree(contents.resolve(manifest.path("Config").asText()).toFile());
      List<String> layers =
          StreamSupport.stream(config.at("/rootfs/diff_ids").spliterator(), false)
              .map(JsonNode::asText)
              .toList();
      return new ShoalImage(archive, contents, root, config, layers, took);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void extract(Path archive, Path folder) {
    Commands.run(
        LIMIT,
        "tar",
        "--extract",
        "--same-owner",
        "--same-permissions",
        "--file",
        archive.toString(),
        "--directory",
        folder.toString());
  }

  /** Bytes of the archive: what is sent to a registry. */
  public long compressedBytes() {
    return size(archive);
  }

  /** Bytes of its layers on a node. */
  public long unpackedBytes() {
    return layers.stream().mapToLong(this::layerBytes).sum();
  }

  private long layerBytes(String layer) {
    return size(contents.resolve(layer.substring(layer.indexOf(':') + 1) + ".tar"));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
