package io.shoal.cli.dev.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shoal.cli.files.DirectoryTree;
import io.shoal.cli.layout.Descriptor;
import io.shoal.cli.layout.OciLayout;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Generates the image of a plan, once; later calls find it on disk. */
public final class ImageGenerator {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CREATED = "2026-01-01T00:00:00Z";

  private final Path images;

  /**
   * @param images directory that keeps generated images between runs
   */
  public ImageGenerator(Path images) {
    this.images = images;
  }

  /** Whether the image of this plan is there already, so that the caller can announce a wait. */
  public boolean has(ImagePlan plan) {
    return Files.isRegularFile(directory(plan).resolve("index.json"));
  }

  /**
   * The image of this plan, generated if it is not there. Several processes may ask at the same
   * time: each generates beside the final place and the first one to finish wins.
   */
  public OciLayout image(ImagePlan plan) throws IOException {
    Path target = directory(plan);
    if (has(plan)) {
      try {
        return OciLayout.open(target);
      } catch (IOException damaged) {
        DirectoryTree.delete(target);
      }
    }
    Files.createDirectories(images);
    Path work = Files.createTempDirectory(images, target.getFileName() + ".");
    try {
      generate(plan, work);
      moveInto(work, target);
    } finally {
      DirectoryTree.delete(work);
    }
    return OciLayout.open(target);
  }

  private Path directory(ImagePlan plan) {
    return images.resolve("image-" + plan.fingerprint());
  }

  private static void generate(ImagePlan plan, Path directory) throws IOException {
    Files.createDirectories(directory.resolve("blobs/sha256"));
    HelloProgram program = HelloProgram.forMachine(plan.osArch());
    List<LayerGenerator.Layer> layers = generateLayers(plan, directory, program);
    for (LayerGenerator.Layer layer : layers) {
      Files.move(layer.file(), OciLayout.blobFile(directory, layer.descriptor().digest()));
    }
    Descriptor config = store(directory, Descriptor.CONFIG, config(program, layers));
    Descriptor manifest = store(directory, Descriptor.MANIFEST, manifest(config, layers));
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}\n");
    Files.write(directory.resolve("index.json"), index(manifest));
  }

  private static List<LayerGenerator.Layer> generateLayers(
      ImagePlan plan, Path directory, HelloProgram program) throws IOException {
    SplittableRandom seeds = new SplittableRandom(plan.seed());
    List<LayerGenerator> generators =
        IntStream.range(0, plan.layerBytes().size())
            .mapToObj(i -> new LayerGenerator(i, plan.layerBytes().get(i), seeds.split()))
            .toList();
    try {
      return IntStream.range(0, generators.size())
          .parallel()
          .mapToObj(i -> generate(generators.get(i), directory.resolve("layer-" + i), program))
          .toList();
    } catch (UncheckedIOException e) {
      throw new IOException("cannot generate an image in " + directory, e.getCause());
    }
  }

  private static LayerGenerator.Layer generate(
      LayerGenerator generator, Path file, HelloProgram program) {
    try {
      return generator.generate(file, program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] config(HelloProgram program, List<LayerGenerator.Layer> layers)
      throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    root.put("created", CREATED);
    root.put("architecture", program.ociArchitecture());
    root.put("os", "linux");
    ObjectNode run = root.putObject("config");
    run.putArray("Env").add("PATH=/");
    run.putArray("Entrypoint").add("/hello");
    run.put("WorkingDir", "/");
    ObjectNode rootFs = root.putObject("rootfs");
    rootFs.put("type", "layers");
    ArrayNode diffIds = rootFs.putArray("diff_ids");
    ArrayNode history = root.putArray("history");
    for (LayerGenerator.Layer layer : layers) {
      diffIds.add(layer.diffId().toString());
      history.addObject().put("created", CREATED).put("created_by", "shoal dev");
    }
    return JSON.writeValueAsBytes(root);
  }

  private static byte[] manifest(Descriptor config, List<LayerGenerator.Layer> layers)
      throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    root.put("schemaVersion", 2);
    root.put("mediaType", Descriptor.MANIFEST);
    root.set("config", json(config));
    ArrayNode list = root.putArray("layers");
    layers.forEach(layer -> list.add(json(layer.descriptor())));
    return JSON.writeValueAsBytes(root);
  }

  private static byte[] index(Descriptor manifest) throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    root.put("schemaVersion", 2);
    ObjectNode entry = json(manifest);
    entry.putObject("annotations").put("org.opencontainers.image.ref.name", "latest");
    root.putArray("manifests").add(entry);
    return JSON.writeValueAsBytes(root);
  }

  private static ObjectNode json(Descriptor descriptor) {
    return JSON.createObjectNode()
        .put("mediaType", descriptor.mediaType())
        .put("digest", descriptor.digest().toString())
        .put("size", descriptor.size());
  }

  private static Descriptor store(Path directory, String mediaType, byte[] content)
      throws IOException {
    Digest digest = Digest.sha256Of(content);
    Files.write(OciLayout.blobFile(directory, digest), content);
    return new Descriptor(mediaType, digest, content.length);
  }

  private static void moveInto(Path work, Path target) throws IOException {
    try {
      Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Somebody else was faster, which is just as good; anything else is a failure.
      if (!Files.isRegularFile(target.resolve("index.json"))) {
        throw e;
      }
    }
  }
}
