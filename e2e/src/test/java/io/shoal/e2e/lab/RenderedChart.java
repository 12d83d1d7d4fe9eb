package io.shoal.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What Helm makes of the chart, hooks included. */
public final class RenderedChart {

  private static final Path CHART =
      Path.of(System.getProperty("basedir", "."), "..", "helm", "chart").normalize();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final List<JsonNode> objects;

  private RenderedChart(List<JsonNode> objects) {
    this.objects = objects;
  }

  /**
   * Renders it as the release {@code shoal}.
   *
   * @param folder an empty one
   * @param values in YAML
   */
  public static RenderedChart with(Path folder, String values) {
    try {
      Path copy = copy(folder.resolve("chart"));
      Path file = Files.writeString(folder.resolve("values.yaml"), values);
      String text =
          new Helm(copy)
              .template()
              .withName("shoal")
              .withNamespace("shoal-system")
              .withKubeVersion("1.30.0")
              .withValuesFile(file)
              .call();
      List<JsonNode> objects = new ArrayList<>();
      try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
        documents.forEachRemaining(objects::add);
      }
      return new RenderedChart(objects);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Helm renders hooks apart from the rest, unless they are called something else. */
  private static Path copy(Path to) throws IOException {
    try (Stream<Path> files = Files.walk(CHART)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(CHART.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, Files.readString(file).replace("helm.sh/hook", "hook"));
      }
    }
    return to;
  }

  /** The pod that the one object of this kind and name is, or makes. */
  public JsonNode pod(String kind, String name) {
    JsonNode object = object(kind, name);
    return kind.equals("Pod") ? object.path("spec") : object.at("/spec/template/spec");
  }

  /** What a ConfigMap holds. */
  Map<String, String> data(String name) {
    Map<String, String> data = new TreeMap<>();
    object("ConfigMap", name)
        .path("data")
        .properties()
        .forEach(entry -> data.put(entry.getKey(), entry.getValue().asText()));
    return data;
  }

  private JsonNode object(String kind, String name) {
    return objects.stream()
        .filter(o -> o.path("kind").asText().equals(kind))
        .filter(o -> o.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the chart makes no " + kind + " " + name));
  }
}
